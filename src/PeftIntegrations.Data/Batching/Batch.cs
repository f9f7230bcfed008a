namespace PeftIntegrations.Data;

/// <summary>Rows of one length, one behind another (row-major), as a model takes them.</summary>
/// <param name="Ids">Token ids, the padding id where a row is short. [rows × length]</param>
/// <param name="Mask">1 for a token, 0 for padding. [rows × length]</param>
/// <param name="Labels">The ids to learn, <see cref="TokenSequence.Unsupervised"/> elsewhere. [rows × length]</param>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Length">How long each is.</param>
public sealed record Batch(long[] Ids, long[] Mask, long[] Labels, int Rows, int Length)
{
    /// <summary>The segment of each token; null where all are of the first. [rows × length]</summary>
    public long[]? TypeIds { get; init; }
}
