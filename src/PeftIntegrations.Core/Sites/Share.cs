namespace PeftIntegrations.Core;

/// <summary>One adapter's patches at a site, and how much they count.</summary>
/// <param name="Patches">Innermost first.</param>
/// <param name="Weight">1 is the adapter as trained, 0 is the model below.</param>
public sealed record Share(IReadOnlyList<Patch> Patches, double Weight = 1);
