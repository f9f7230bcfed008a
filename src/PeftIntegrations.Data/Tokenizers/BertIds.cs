using System.Text;

namespace PeftIntegrations.Data;

/// <summary>
/// BERT's ids of a text in ASCII, read in one pass: those that the tokenizer's parts make one after another, without where each token
/// stands. A text alone is read with cold caches, where every part and every list takes as long as some words.
/// </summary>
internal sealed class BertIds
{
    private const int Ascii = 128; // units, and the longest word that is read here

    private enum Kind : byte
    {
        Letter,
        Mark,
        Space,
        Dropped,
        Unclear, // an added token may begin here
    }

    private readonly Kind[] _kinds;
    private readonly WordPiece _model;
    private readonly int[] _before;
    private readonly int[] _behind;
    private readonly bool _lowercases;

    private BertIds(WordPiece model, Kind[] kinds, (int[] Before, int[] Behind) frame, bool lowercases) =>
        (_model, _kinds, (_before, _behind), _lowercases) = (model, kinds, frame, lowercases);

    /// <summary>What reads for a tokenizer of these parts; null where its parts must.</summary>
    public static BertIds? For(TokenizerParts parts, PostProcessor frame)
    {
        if (parts is not { Bert: { CleanText: true } options, Model: WordPiece model }) return null;

        var text = new TokenRun();
        var framed = frame.Process([text], addSpecialTokens: true).ToList();
        var place = framed.IndexOf(text);
        if (place < 0 || framed.Exists(run => run.TypeId != 0)) return null;

        var kinds = Enumerable.Range(0, Ascii).Select(unit => KindOf(new Rune(unit))).ToArray();
        foreach (var token in parts.Added)
        {
            if (token.IsNormalized) return null;
            if (token.Content is [< (char)Ascii and var first, ..]) kinds[first] = Kind.Unclear;
        }

        return new(model, kinds, (Ids(framed[..place]), Ids(framed[(place + 1)..])), options.Lowercase);
    }

    /// <summary>The ids, no more than <paramref name="most"/>; null where the parts must read the text.</summary>
    public int[]? Read(string text, bool isFramed, int? most)
    {
        var (before, behind) = isFramed ? (_before, _behind) : ([], []);
        var ids = new List<int>(before.Length + (text.Length / 2) + behind.Length);
        ids.AddRange(before);
        if (before.Length + behind.Length > most || !TryAdd(text, ids)) return null;

        if (most - behind.Length is { } limit && ids.Count > limit) ids.RemoveRange(limit, ids.Count - limit);
        ids.AddRange(behind);
        return [.. ids];
    }

    private bool TryAdd(string text, List<int> ids)
    {
        Span<char> word = stackalloc char[Math.Min(_model.LongestWord, Ascii)];
        var length = 0;
        foreach (var unit in text)
        {
            if (unit >= Ascii || _kinds[unit] == Kind.Unclear || length == word.Length) return false;

            var kind = _kinds[unit];
            if (kind is Kind.Mark or Kind.Space)
            {
                _model.AddIds(word[..length], ids);
                length = 0;
            }

            if (kind is Kind.Mark or Kind.Letter) word[length++] = _lowercases ? char.ToLowerInvariant(unit) : unit;
            if (kind is not Kind.Mark) continue;

            _model.AddIds(word[..length], ids);
            length = 0;
        }

        _model.AddIds(word[..length], ids);
        return true;
    }

    private static Kind KindOf(Rune rune) => BertNormalizer.IsControl(rune) ? Kind.Dropped
        : Rune.IsWhiteSpace(rune) ? Kind.Space
        : BertWords.IsMark(rune) ? Kind.Mark
        : Kind.Letter;

    private static int[] Ids(List<TokenRun> runs) => [.. runs.SelectMany(run => run.Ids)];
}
