namespace PeftIntegrations.Data;

/// <summary>
/// What a text, or a pair of texts, becomes for a model: tokens, and for each where it stands. All lists have one length.
/// </summary>
public sealed class Encoding
{
    private readonly IReadOnlyList<TokenRun> _runs;

    internal Encoding(IReadOnlyList<TokenRun> runs) => _runs = runs;

    /// <summary>The ids of the tokens.</summary>
    public IReadOnlyList<int> Ids => field ??= ToIds();

    /// <summary>The tokens as the vocabulary writes them; an added token as it stands in the text.</summary>
    public IReadOnlyList<string> Tokens => field ??= [.. _runs.SelectMany(run => run.Tokens)];

    /// <summary>Where each token stands in the text, in UTF-16 units, the end exclusive; (0, 0) for what was added.</summary>
    public IReadOnlyList<(int Start, int End)> Offsets => field ??= [.. _runs.SelectMany(run => run.Offsets)];

    /// <summary>The segment of each token: usually 0 for the first text, 1 for the second.</summary>
    public IReadOnlyList<int> TypeIds => field ??= EachAs(run => run.TypeId);

    /// <summary>1 where the tokenizer added the token, 0 where it comes from the text.</summary>
    public IReadOnlyList<int> SpecialMask => field ??= EachAs(run => run.IsSpecial ? 1 : 0);

    /// <summary>1 for a token, 0 for padding.</summary>
    public IReadOnlyList<int> AttentionMask => field ??= EachAs(run => run.IsPadding ? 0 : 1);

    /// <summary>Whether a token is of another segment than the first.</summary>
    internal bool HasSegments => _runs.Any(run => run.TypeId != 0 && run.Ids.Count > 0);

    /// <summary>This encoding filled up to <paramref name="length"/> tokens; itself if it is that long already.</summary>
    public Encoding PaddedTo(int length, EncodingPadding padding)
    {
        ArgumentNullException.ThrowIfNull(padding);
        if (length <= Ids.Count) return this;

        var run = TokenRun.Padding(length - Ids.Count, padding);
        return new Encoding(padding.Side == PaddingSide.Left ? [run, .. _runs] : [.. _runs, run]);
    }

    /// <summary>A new array of the ids.</summary>
    internal int[] ToIds()
    {
        var (ids, place) = (new int[_runs.Sum(run => run.Ids.Count)], 0);
        foreach (var run in _runs)
        {
            run.Ids.CopyTo(ids, place);
            place += run.Ids.Count;
        }

        return ids;
    }

    private int[] EachAs(Func<TokenRun, int> number) =>
        [.. _runs.SelectMany(run => Enumerable.Repeat(number(run), run.Ids.Count))];
}
