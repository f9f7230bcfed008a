namespace PeftIntegrations.Data;

/// <summary>Makes the rows to train on.</summary>
public static class TokenSequences
{
    private const int ShownProblems = 20;

    /// <summary>
    /// Encodes each text; a pair's prompt and completion are encoded apart and joined, the end token behind where the tokenizer knows one.
    /// </summary>
    /// <exception cref="ArgumentException">Examples are too long, or have no token to learn; the message lists them.</exception>
    public static IReadOnlyList<TokenSequence> From(Texts texts, Tokenizer tokenizer, TokenSequenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(tokenizer);
        options ??= new TokenSequenceOptions();
        var rows = new List<TokenSequence>();
        var problems = new List<string>();
        foreach (var (index, example) in texts.Index())
        {
            var isPair = example.Completion is not null;
            var whole = isPair ? Pair(example, tokenizer, options) : Raw(example, tokenizer, options);
            var problem = Fit(whole, isPair, options, rows);
            if (problem is not null) problems.Add($"example {index + 1} {problem}");
        }

        return problems.Count == 0 ? rows : throw new ArgumentException(
            $"{problems.Count} examples cannot be trained on:\n  {string.Join("\n  ", problems.Take(ShownProblems))}", nameof(texts));
    }

    private static TokenSequence Raw(TextExample example, Tokenizer tokenizer, TokenSequenceOptions options)
    {
        int[] ids = [.. tokenizer.Encode(example.Prompt, options.AddSpecialTokens).Ids];
        return new TokenSequence(ids, [.. ids]);
    }

    private static TokenSequence Pair(TextExample example, Tokenizer tokenizer, TokenSequenceOptions options)
    {
        var prompt = tokenizer.Encode(example.Prompt, options.AddSpecialTokens).Ids;
        var completion = tokenizer.Encode(example.Completion!, addSpecialTokens: false).Ids;
        if (options.AddSpecialTokens && tokenizer.Special.End is { } end) completion = [.. completion, end];
        var asked = options.SupervisePrompt ? prompt : Enumerable.Repeat(TokenSequence.Unsupervised, prompt.Count);
        return new TokenSequence([.. prompt, .. completion], [.. asked, .. completion]);
    }

    // Adds the rows of an example, or says what is wrong with it.
    private static string? Fit(TokenSequence whole, bool isPair, TokenSequenceOptions options, List<TokenSequence> rows)
    {
        var overflow = options.Overflow ?? (isPair ? Overflow.Error : Overflow.Split);
        if (whole.Length <= options.MaxLength) return Add(whole, rows);
        if (overflow == Overflow.Truncate) return Add(Window(whole, 0, options.MaxLength), rows);
        if (overflow == Overflow.Split && !isPair) return Split(whole, options.MaxLength, rows);

        var wayOut = isPair ? Overflow.Truncate : Overflow.Split;
        return $"has {whole.Length} tokens, and MaxLength is {options.MaxLength}. Allow more, shorten it, or use Overflow.{wayOut}.";
    }

    private static string? Split(TokenSequence whole, int length, List<TokenSequence> rows)
    {
        for (var start = 0; start < whole.Length - 1; start += length)
        {
            rows.Add(Window(whole, start, Math.Min(length, whole.Length - start)));
        }

        return null;
    }

    private static string? Add(TokenSequence row, List<TokenSequence> rows)
    {
        // The first token has none before it to be learnt from.
        if (row.Labels.Skip(1).All(label => label == TokenSequence.Unsupervised))
        {
            return $"has {row.Length} tokens and none to learn. Give it a longer text or completion, or a larger MaxLength.";
        }

        rows.Add(row);
        return null;
    }

    private static TokenSequence Window(TokenSequence whole, int start, int length) =>
        new(whole.Ids[start..(start + length)], whole.Labels[start..(start + length)]);
}
