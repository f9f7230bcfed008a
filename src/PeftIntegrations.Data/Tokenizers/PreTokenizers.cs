using System.Text.Json;
using System.Text.RegularExpressions;

namespace PeftIntegrations.Data;

/// <summary>Cuts pieces into the words that the model sees one at a time.</summary>
internal delegate List<Piece> PreTokenizer(List<Piece> pieces);

/// <summary>The pre-tokenizers, by their <c>type</c>. A new one is a reader here.</summary>
internal static partial class PreTokenizers
{
    public static readonly Components<PreTokenizer> Known = new("pre-tokenizer", new()
    {
        ["BertPreTokenizer"] = _ => BertWords.Cut,
        ["ByteLevel"] = json => ByteLevel(json.Flag("add_prefix_space", true), json.Flag("use_regex", true)),
        ["Digits"] = json => Split(TextPattern.Expression(json.Flag("individual_digits") ? @"\p{N}" : @"\p{N}+"), SplitBehavior.Isolated),
        ["Metaspace"] = Metaspace,
        ["Punctuation"] = json => Split(new TextPattern(PunctuationMark()), SplitBehaviors.ReadOptional(json) ?? SplitBehavior.Isolated),
        ["Sequence"] = json => Sequence(Known!.ReadAll(json, "pretokenizers")),
        ["Split"] = json => Split(TextPattern.Read(json.Field("pattern")), SplitBehaviors.Read(json), json.Flag("invert")),
        ["Whitespace"] = _ => Split(new TextPattern(WordOrSigns()), SplitBehavior.Removed, invert: true),
        ["WhitespaceSplit"] = _ => Split(new TextPattern(Spaces()), SplitBehavior.Removed),
    });

    public static PreTokenizer Sequence(params PreTokenizer[] steps) => pieces => steps.Aggregate(pieces, (before, step) => step(before));

    public static PreTokenizer Split(TextPattern pattern, SplitBehavior behavior, bool invert = false) => pieces =>
    {
        var cut = new List<Piece>(pieces.Count);
        foreach (var piece in pieces) cut.AddRange(behavior.Cut(piece, pattern, invert));
        return cut;
    };

    /// <summary>Writes every byte of the text's UTF-8 as a letter, by default after GPT-2's cut into words.</summary>
    public static PreTokenizer ByteLevel(bool addPrefixSpace = false, bool useRegex = true)
    {
        var words = Split(new TextPattern(GptWord()), SplitBehavior.Isolated);
        return pieces =>
        {
            if (addPrefixSpace) pieces = [.. pieces.Select(piece => Prefixed(piece, " "))];
            return InByteLetters(useRegex ? words(pieces) : pieces);
        };
    }

    private static PreTokenizer Metaspace(JsonElement json)
    {
        var mark = json.Sign("replacement");
        var scheme = json.TextOrNull("prepend_scheme") ?? "always";
        if (scheme is not ("always" or "first" or "never"))
        {
            throw new InvalidDataException($"Metaspace's prepend_scheme is '{scheme}'. Known schemes: always, first, never.");
        }

        var replace = Normalizers.Replace(TextPattern.Literal(" "), mark);
        var words = json.Flag("split", true) ? Split(TextPattern.Literal(mark), SplitBehavior.MergedWithNext) : pieces => pieces;
        return pieces => words([.. pieces.Select(piece =>
        {
            var marked = replace(piece.ToText()).Whole;
            var isFirst = marked.Length > 0 && marked.Origins[0].Start == 0;
            return scheme == "always" || (scheme == "first" && isFirst) ? Prefixed(marked, mark) : marked;
        })]);
    }

    private static Piece Prefixed(Piece piece, string prefix) => piece.Span.StartsWith(prefix, StringComparison.Ordinal)
        ? piece
        : Normalizers.Prepend(prefix)(piece.ToText()).Whole;

    private static List<Piece> InByteLetters(List<Piece> pieces)
    {
        var builder = new AlignedTextBuilder(pieces.Sum(piece => piece.Length));
        var ends = new List<int>(pieces.Count);
        Span<byte> bytes = stackalloc byte[4];
        Span<char> letters = stackalloc char[4];
        foreach (var piece in pieces)
        {
            var place = 0;
            foreach (var rune in piece.Span.EnumerateRunes())
            {
                var length = rune.EncodeToUtf8(bytes);
                for (var i = 0; i < length; i++) letters[i] = ByteAlphabet.LetterOf(bytes[i]);
                builder.Add(letters[..length], piece.Origins[place]);
                place += rune.Utf16SequenceLength;
            }

            ends.Add(builder.Length);
        }

        var whole = builder.Build().Whole;
        return [.. ends.Select((end, i) => whole.Slice(i == 0 ? 0 : ends[i - 1], end))];
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex GptWord();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();

    // What ASCII calls punctuation counts too, though Unicode calls some of it symbols.
    [GeneratedRegex(@"[\p{P}$+<=>^`|~]", RegexOptions.CultureInvariant)]
    private static partial Regex PunctuationMark();

    // Rust's \w: all of Unicode's alphabetic characters and marks.
    [GeneratedRegex(
        @"[\w\p{M}\p{Nl}\u200C\u200D\u24B6-\u24E9]+|[^\w\p{M}\p{Nl}\u200C\u200D\u24B6-\u24E9\s]+", RegexOptions.CultureInvariant)]
    private static partial Regex WordOrSigns();
}
