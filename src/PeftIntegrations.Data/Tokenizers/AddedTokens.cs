using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>A token that is found in the text before the model sees it.</summary>
internal sealed record AddedToken(int Id, string Content)
{
    public bool IsSpecial { get; init; }

    /// <summary>Whether it is looked for in the normalized text rather than in the text as given.</summary>
    public bool IsNormalized { get; init; }

    public bool SingleWord { get; init; }

    public bool StripsLeft { get; init; }

    public bool StripsRight { get; init; }

    public static AddedToken Read(JsonElement json)
    {
        var content = json.Text("content");
        return new AddedToken(Vocabulary.CheckId(content, json.Number("id")), content)
        {
            IsSpecial = json.Flag("special"),
            IsNormalized = json.Flag("normalized"),
            SingleWord = json.Flag("single_word"),
            StripsLeft = json.Flag("lstrip"),
            StripsRight = json.Flag("rstrip"),
        };
    }
}

/// <summary>Cuts added tokens out of a text and normalizes what lies between them.</summary>
internal sealed class AddedTokens
{
    private readonly FrozenDictionary<string, AddedToken> _byContent;
    private readonly FrozenDictionary<int, AddedToken> _byId;
    private readonly Normalizer? _normalizer;
    private readonly Finder _inText;
    private readonly Finder _inNormalized;

    public AddedTokens(IReadOnlyList<AddedToken> tokens, Normalizer? normalizer)
    {
        _byContent = tokens.DistinctBy(token => token.Content).ToFrozenDictionary(token => token.Content, StringComparer.Ordinal);
        _byId = tokens.DistinctBy(token => token.Id).ToFrozenDictionary(token => token.Id);
        _normalizer = normalizer;
        _inText = new Finder(tokens.Where(token => !token.IsNormalized).Select(token => (token.Content, token)));
        _inNormalized = new Finder(tokens.Where(token => token.IsNormalized).Select(token =>
            (normalizer is null ? token.Content : normalizer(AlignedText.Of(token.Content)).Text, token)));
    }

    /// <summary>One more than the largest id; 0 when there is none.</summary>
    public int Count => _byId.Count == 0 ? 0 : _byId.Keys.Max() + 1;

    public AddedToken? Find(string content) => _byContent.GetValueOrDefault(content);

    public AddedToken? Find(int id) => _byId.GetValueOrDefault(id);

    /// <summary>The stretches of a text in order: an added token, or normalized text for the model.</summary>
    public IEnumerable<(Piece Piece, AddedToken? Token)> Split(string text)
    {
        foreach (var (piece, token) in _inText.Split(AlignedText.Of(text).Whole))
        {
            if (token is not null)
            {
                yield return (piece, token);
                continue;
            }

            var normalized = _normalizer is null ? piece : _normalizer(piece.ToText()).Whole;
            foreach (var inner in _inNormalized.Split(normalized)) yield return inner;
        }
    }

    /// <summary>Finds the leftmost token, of those the longest.</summary>
    private sealed class Finder
    {
        private readonly SearchValues<string>? _any;
        private readonly FrozenDictionary<char, (string Text, AddedToken Token)[]> _byFirst;

        public Finder(IEnumerable<(string Text, AddedToken Token)> tokens)
        {
            var findable = tokens.Where(token => token.Text.Length > 0).DistinctBy(token => token.Text).ToList();
            _any = findable.Count == 0 ? null : SearchValues.Create([.. findable.Select(token => token.Text)], StringComparison.Ordinal);
            _byFirst = findable.OrderByDescending(token => token.Text.Length).GroupBy(token => token.Text[0])
                .ToFrozenDictionary(same => same.Key, same => same.ToArray());
        }

        public List<(Piece Piece, AddedToken? Token)> Split(Piece piece)
        {
            var found = new List<(Piece, AddedToken?)>();
            var text = piece.Span;
            var (done, place) = (0, 0);
            while (_any is not null && text[place..].IndexOfAny(_any) is >= 0 and var distance)
            {
                var start = place + distance;
                var (content, token) = Longest(text[start..]);
                place = start + content.Length;
                if (token.SingleWord && (EndsWithWord(text[..start]) || StartsWithWord(text[place..]))) continue;

                if (token.StripsLeft) start = Math.Max(text[..start].TrimEnd().Length, done);
                var end = token.StripsRight ? text.Length - text[place..].TrimStart().Length : place;
                if (start > done) found.Add((piece.Slice(done, start), null));
                found.Add((piece.Slice(start, end), token));
                (done, place) = (end, end);
            }

            if (done < text.Length) found.Add((piece.Slice(done, text.Length), null));
            return found;
        }

        private (string Text, AddedToken Token) Longest(ReadOnlySpan<char> text)
        {
            foreach (var candidate in _byFirst[text[0]])
            {
                if (text.StartsWith(candidate.Text, StringComparison.Ordinal)) return candidate;
            }

            throw new System.Diagnostics.UnreachableException("A token was found where none stands.");
        }

        private static bool EndsWithWord(ReadOnlySpan<char> text) =>
            Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

        private static bool StartsWithWord(ReadOnlySpan<char> text) =>
            Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

        private static bool IsWord(Rune rune) =>
            Rune.IsLetterOrDigit(rune) || rune.Value is 0x200C or 0x200D || Rune.GetUnicodeCategory(rune)
            is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark
            or System.Globalization.UnicodeCategory.EnclosingMark or System.Globalization.UnicodeCategory.LetterNumber
            or System.Globalization.UnicodeCategory.ConnectorPunctuation;
    }
}
