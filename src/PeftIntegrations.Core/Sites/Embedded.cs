namespace PeftIntegrations.Core;

/// <summary>The input of the stack of layers.</summary>
/// <param name="Hidden">[batch, seq, hidden].</param>
/// <param name="Positions">[batch, seq], each token's place in its text; padding before the text has place 0.</param>
/// <param name="Mask">Which keys a query sees.</param>
/// <param name="Cache">Keys and values of the tokens before these, or null.</param>
public readonly record struct Embedded(Tensor Hidden, Tensor Positions, AttentionMask Mask, KeyValueCache? Cache)
{
    /// <summary>No place is as high as this: the tokens read so far, and the virtual ones that stand before them.</summary>
    public long Reach { get; init; } = (Mask.Documents?.Longest ?? Positions.shape[1]) + (Cache?.TextLength ?? 0);

    /// <summary>The positions, for a table of so many rows.</summary>
    /// <exception cref="ArgumentException">They go beyond it; a GPU would not say so.</exception>
    public Tensor PositionsWithin(long rows) => Reach <= rows ? Positions : throw new ArgumentException(
        $"A text has {Reach} tokens, virtual ones among them, and the model has {rows} positions. " +
        "Cut texts shorter by MaxLength, or take fewer virtual tokens.");
}
