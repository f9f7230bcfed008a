namespace PeftIntegrations.Core;

/// <summary>A method that also trains single rows of the token embedding, new special tokens for instance.</summary>
public interface ITrainsTokens
{
    /// <summary>Ids of the tokens; null or empty for none.</summary>
    IReadOnlyList<int>? TokenIndices { get; }
}
