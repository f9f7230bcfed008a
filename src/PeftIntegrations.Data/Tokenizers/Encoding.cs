namespace PeftIntegrations.Data;

/// <summary>
/// What a text, or a pair of texts, becomes for a model: tokens, and for each where it stands. All lists have one length.
/// </summary>
public sealed class Encoding
{
    internal Encoding(IReadOnlyList<TokenRun> runs)
    {
        Ids = [.. runs.SelectMany(run => run.Ids)];
        Tokens = [.. runs.SelectMany(run => run.Tokens)];
        Offsets = [.. runs.SelectMany(run => run.Offsets)];
        TypeIds = [.. runs.SelectMany(run => Enumerable.Repeat(run.TypeId, run.Ids.Count))];
        SpecialMask = [.. runs.SelectMany(run => Enumerable.Repeat(run.IsSpecial ? 1 : 0, run.Ids.Count))];
        AttentionMask = [.. Enumerable.Repeat(1, Ids.Count)];
    }

    private Encoding(Encoding from, int padding, EncodingPadding options)
    {
        Ids = Padded(from.Ids, options.Id);
        Tokens = Padded(from.Tokens, options.Token);
        Offsets = Padded(from.Offsets, (0, 0));
        TypeIds = Padded(from.TypeIds, options.TypeId);
        SpecialMask = Padded(from.SpecialMask, 1);
        AttentionMask = Padded(from.AttentionMask, 0);

        T[] Padded<T>(IReadOnlyList<T> values, T value) => options.Side == PaddingSide.Left
            ? [.. Enumerable.Repeat(value, padding), .. values]
            : [.. values, .. Enumerable.Repeat(value, padding)];
    }

    /// <summary>The ids of the tokens.</summary>
    public IReadOnlyList<int> Ids { get; }

    /// <summary>The tokens as the vocabulary writes them; an added token as it stands in the text.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>Where each token stands in the text, in UTF-16 units, the end exclusive; (0, 0) for what was added.</summary>
    public IReadOnlyList<(int Start, int End)> Offsets { get; }

    /// <summary>The segment of each token: usually 0 for the first text, 1 for the second.</summary>
    public IReadOnlyList<int> TypeIds { get; }

    /// <summary>1 where the tokenizer added the token, 0 where it comes from the text.</summary>
    public IReadOnlyList<int> SpecialMask { get; }

    /// <summary>1 for a token, 0 for padding.</summary>
    public IReadOnlyList<int> AttentionMask { get; }

    /// <summary>This encoding filled up to <paramref name="length"/> tokens; itself if it is that long already.</summary>
    public Encoding PaddedTo(int length, EncodingPadding padding)
    {
        ArgumentNullException.ThrowIfNull(padding);
        return length <= Ids.Count ? this : new Encoding(this, length - Ids.Count, padding);
    }
}
