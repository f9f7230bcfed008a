using System.Text.RegularExpressions;

namespace PeftIntegrations.Data;

/// <summary>A text whose words are judged one by one, as a model reads it.</summary>
/// <param name="Ids">The token ids.</param>
/// <param name="Words">Where each word stands in the text.</param>
/// <param name="FirstTokens">The place of each word's first token; −1 where it has none, or is cut off.</param>
public sealed partial record EncodedWords(int[] Ids, IReadOnlyList<Range> Words, int[] FirstTokens)
{
    /// <summary>The words of a raw text: runs of letters and digits, and signs one by one.</summary>
    public static IReadOnlyList<Range> WordsOf(string text) =>
        [.. Word().Matches(text).Select(word => word.Index..(word.Index + word.Length))];

    /// <summary>Encodes the words of a raw text.</summary>
    public static EncodedWords From(string text, Tokenizer tokenizer, TokenSequenceOptions options) =>
        From(text, WordsOf(text), tokenizer, options);

    /// <summary>Encodes words, joined by blanks.</summary>
    public static EncodedWords From(IReadOnlyList<string> words, Tokenizer tokenizer, TokenSequenceOptions options)
    {
        var places = new Range[words.Count];
        var start = 0;
        foreach (var (index, word) in words.Index())
        {
            places[index] = start..(start + word.Length);
            start += word.Length + 1;
        }

        return From(string.Join(' ', words), places, tokenizer, options);
    }

    /// <summary>Encodes a text with words at given places, in their order.</summary>
    /// <exception cref="ArgumentException">The text has more tokens than allowed, and may not be cut.</exception>
    public static EncodedWords From(string text, IReadOnlyList<Range> words, Tokenizer tokenizer, TokenSequenceOptions options)
    {
        var truncation = options.Overflow == Overflow.Truncate ? new Truncation(options.MaxLength) : null;
        var encoding = tokenizer.Encode(
            text, null, new EncodingOptions { AddSpecialTokens = options.AddSpecialTokens, Truncation = truncation });
        if (encoding.Ids.Count > options.MaxLength)
        {
            throw new ArgumentException(
                $"It has {encoding.Ids.Count} tokens, and {options.MaxLength} are read at most. " +
                $"Shorten it, or have its end cut off with {nameof(Overflow)}.{Overflow.Truncate}.");
        }

        return new([.. encoding.Ids], words, FirstTokensOf(words, encoding));
    }

    private static int[] FirstTokensOf(IReadOnlyList<Range> words, Encoding encoding)
    {
        var first = new int[words.Count];
        Array.Fill(first, -1);
        var next = 0;
        foreach (var (token, (start, end)) in encoding.Offsets.Index())
        {
            if (encoding.SpecialMask[token] == 1 || end == start) continue;
            while (next < words.Count && words[next].End.Value <= start) next++;
            for (var word = next; word < words.Count && words[word].Start.Value < end; word++) // a token may span several
            {
                if (first[word] < 0) first[word] = token;
            }
        }

        return first;
    }

    [GeneratedRegex(@"[\w\p{M}]+|[^\w\p{M}\s]", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
