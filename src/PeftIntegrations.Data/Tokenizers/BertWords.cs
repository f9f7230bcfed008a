using System.Text;

namespace PeftIntegrations.Data;

/// <summary>
/// BERT's cut into words (Devlin et al. 2018, arXiv:1810.04805): spaces part them, and each punctuation mark is one by itself.
/// </summary>
internal static class BertWords
{
    // What ASCII calls punctuation counts too, though Unicode calls some of it symbols.
    private const string MarksAmongSymbols = "$+<=>^`|~";

    public static List<Piece> Cut(List<Piece> pieces)
    {
        var words = new List<Piece>();
        foreach (var piece in pieces) Cut(piece, words);
        return words;
    }

    /// <summary>Whether it is a word by itself.</summary>
    public static bool IsMark(Rune rune) => rune.IsAscii
        ? char.IsPunctuation((char)rune.Value) || MarksAmongSymbols.Contains((char)rune.Value)
        : Rune.IsPunctuation(rune);

    private static void Cut(Piece piece, List<Piece> words)
    {
        var (start, place) = (0, 0);
        foreach (var rune in piece.Span.EnumerateRunes())
        {
            var end = place + rune.Utf16SequenceLength;
            var isMark = IsMark(rune);
            if (isMark || Rune.IsWhiteSpace(rune))
            {
                if (place > start) words.Add(piece.Slice(start, place));
                if (isMark) words.Add(piece.Slice(place, end));
                start = end;
            }

            place = end;
        }

        if (place > start) words.Add(piece.Slice(start, place));
    }
}
