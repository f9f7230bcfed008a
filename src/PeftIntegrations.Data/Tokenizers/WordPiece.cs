using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>
/// WordPiece (Schuster and Nakajima 2012, doi:10.1109/ICASSP.2012.6289079): from the left, the longest token that fits; a word with a part
/// that none fits is unknown as a whole.
/// </summary>
internal sealed class WordPiece : TokenModel
{
    public const string UsualPrefix = "##", UsualUnknown = "[UNK]";
    private const int UsualLongestWord = 100;

    private readonly PartTable _first;
    private readonly PartTable _inner; // what goes on with a word, without the prefix
    private readonly int _longestToken;
    private readonly int _unknown;

    public WordPiece(Vocabulary vocabulary, string unknown = UsualUnknown, string prefix = UsualPrefix, int longestWord = UsualLongestWord)
        : base(vocabulary)
    {
        LongestWord = longestWord;
        _unknown = vocabulary.IdOf(unknown) ?? throw new InvalidDataException($"The unknown token '{unknown}' is not in the vocabulary.");
        var inner =
            from token in vocabulary.Tokens
            where token.Text.Length > prefix.Length && token.Text.StartsWith(prefix, StringComparison.Ordinal)
            select (token.Text[prefix.Length..], token.Id);
        (_first, _inner) = (new(vocabulary.Tokens), new(inner));
        _longestToken = vocabulary.Tokens.Max(token => token.Text.Length);
    }

    /// <summary>The most characters of a word; longer ones are unknown.</summary>
    public int LongestWord { get; }

    public static WordPiece Read(JsonElement json) => new(
        Vocabulary.Read(json.Field("vocab")),
        json.TextOrNull("unk_token") ?? UsualUnknown,
        json.TextOrNull("continuing_subword_prefix") ?? UsualPrefix,
        json.Number("max_input_chars_per_word", UsualLongestWord));

    public override IReadOnlyList<Symbol> Tokenize(ReadOnlySpan<char> word)
    {
        if (word.Length > LongestWord && IsTooLong(word)) return Unknown(word);

        var symbols = new List<Symbol>();
        for (var start = 0; start < word.Length;)
        {
            if (Longest(word, start) is not { } symbol) return Unknown(word);
            symbols.Add(symbol);
            start = symbol.End;
        }

        return symbols;
    }

    /// <summary>Adds the ids alone.</summary>
    public void AddIds(ReadOnlySpan<char> word, List<int> ids)
    {
        var before = ids.Count;
        for (var start = 0; start < word.Length;)
        {
            if (Longest(word, start) is not { } symbol)
            {
                ids.RemoveRange(before, ids.Count - before);
                ids.Add(_unknown);
                return;
            }

            ids.Add(symbol.Id);
            start = symbol.End;
        }
    }

    private Symbol[] Unknown(ReadOnlySpan<char> word) => [new(_unknown, 0, word.Length)];

    private Symbol? Longest(ReadOnlySpan<char> word, int start)
    {
        for (var end = Math.Min(word.Length, start + _longestToken); end > start; end--)
        {
            var part = word[start..end];
            if ((start == 0 ? _first : _inner).IdOf(part) is { } known) return new(known, start, end);
        }

        return null;
    }

    private bool IsTooLong(ReadOnlySpan<char> word)
    {
        var runes = 0;
        foreach (var _ in word.EnumerateRunes()) runes++;
        return runes > LongestWord;
    }
}
