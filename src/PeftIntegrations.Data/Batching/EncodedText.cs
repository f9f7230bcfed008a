namespace PeftIntegrations.Data;

/// <summary>A text, or a pair, as a model reads it whole.</summary>
/// <param name="Ids">The token ids.</param>
/// <param name="TypeIds">The segment of each token; null where all are of the first.</param>
public readonly record struct EncodedText(int[] Ids, int[]? TypeIds = null)
{
    /// <summary>How many tokens it has.</summary>
    public int Length => Ids.Length;
}
