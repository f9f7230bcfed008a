namespace PeftIntegrations.Core;

/// <summary>
/// The optional power of a patch to keep nothing of an input that can be made of others, which are kept anyway (<see cref="Remade"/>).
/// </summary>
public interface IMakesInputAgain;
