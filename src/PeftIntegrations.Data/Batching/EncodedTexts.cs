namespace PeftIntegrations.Data;

/// <summary>Encodes texts that a model reads whole: to label them, or to make vectors of them.</summary>
public static class EncodedTexts
{
    private const int ShownProblems = 20;

    /// <summary>Encodes each text, or pair of texts.</summary>
    /// <param name="texts">The texts, each with a second one or null.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="options">The longest, and what becomes of longer ones; an error by default.</param>
    /// <exception cref="ArgumentException">Texts are too long or have no token; the message lists them.</exception>
    public static IReadOnlyList<EncodedText> From(
        IEnumerable<(string Text, string? Pair)> texts, Tokenizer tokenizer, TokenSequenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(tokenizer);
        options ??= new();
        if (options.Overflow == Overflow.Split)
        {
            throw new ArgumentException(
                $"{nameof(Overflow)}.{Overflow.Split} makes rows of raw text; a text that is read whole is one. Use {Overflow.Truncate}.",
                nameof(options));
        }

        var truncation = options.Overflow == Overflow.Truncate ? new Truncation(options.MaxLength) : null;
        var encoding = new EncodingOptions { AddSpecialTokens = options.AddSpecialTokens, Truncation = truncation };
        var (encoded, problems) = (new List<EncodedText>(), new List<string>());
        foreach (var (text, pair) in texts)
        {
            var row = tokenizer.Read(text, pair, encoding);
            encoded.Add(row);
            if (ProblemOf(row, encoded.Count, options.MaxLength) is { } problem) problems.Add(problem);
        }

        return problems.Count == 0 ? encoded : throw new ArgumentException(
            $"{problems.Count} texts cannot be read:\n  {string.Join("\n  ", problems.Take(ShownProblems))}", nameof(texts));
    }

    private static string? ProblemOf(EncodedText text, int number, int most) =>
        text.Length == 0 ? $"text {number} has no token. Leave it out."
        : text.Length <= most ? null
        : $"text {number} has {text.Length} tokens, and {most} are read at most. Shorten it, or have its end cut off: set "
            + $"{nameof(Overflow)}.{Overflow.Truncate} to train on it, MaxLength to read it.";
}
