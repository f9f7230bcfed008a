namespace PeftIntegrations.Data;

/// <summary>Cuts encodings to a greatest length, the special tokens included.</summary>
public sealed record Truncation
{
    /// <param name="maxLength">The most tokens an encoding may have. At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxLength"/> is negative.</exception>
    public Truncation(int maxLength)
    {
        if (maxLength < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maxLength), maxLength, "The length must be at least 0. Leave truncation out for no limit.");
        }
        MaxLength = maxLength;
    }

    /// <summary>The most tokens an encoding may have.</summary>
    public int MaxLength { get; }

    /// <summary>Which end is cut. The right one by default.</summary>
    public TruncationSide Side { get; init; }

    /// <summary>Which text of a pair is cut. The longer one first by default.</summary>
    public TruncationStrategy Strategy { get; init; }

    internal void Apply(IReadOnlyList<TokenRun> runs, int added)
    {
        if (added > MaxLength)
        {
            throw new ArgumentException(
                $"The tokenizer adds {added} special tokens, and the most allowed is {MaxLength}. Allow more, or add no special tokens.");
        }

        var limit = MaxLength - added;
        var excess = runs.Sum(run => run.Ids.Count) - limit;
        if (excess <= 0) return;

        if (runs.Count == 1) runs[0].Truncate(limit, Side);
        else if (Strategy == TruncationStrategy.LongestFirst) TruncateLongest(runs, limit);
        else TruncateOnly(runs[Strategy == TruncationStrategy.OnlyFirst ? 0 : 1], excess);
    }

    // The shorter text keeps its length while the longer is still longer; then both share the rest.
    private void TruncateLongest(IReadOnlyList<TokenRun> runs, int limit)
    {
        var shorter = runs[0].Ids.Count <= runs[1].Ids.Count ? 0 : 1;
        var least = runs[shorter].Ids.Count;
        var most = Math.Max(least, limit - least);
        if (least + most > limit) (least, most) = (limit / 2, (limit / 2) + (limit % 2));
        runs[shorter].Truncate(least, Side);
        runs[1 - shorter].Truncate(most, Side);
    }

    private void TruncateOnly(TokenRun run, int excess)
    {
        if (run.Ids.Count <= excess)
        {
            throw new ArgumentException(
                $"{excess} tokens exceed the limit of {MaxLength}, and {Strategy} has {run.Ids.Count} to cut. Use LongestFirst.");
        }

        run.Truncate(run.Ids.Count - excess, Side);
    }
}
