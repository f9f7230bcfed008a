namespace PeftIntegrations.Data;

/// <summary>Makes the rows to learn tags from: each word's tag is learnt at its first token, as Hugging Face does.</summary>
public static class TaggedSequences
{
    private const int ShownProblems = 20;

    /// <summary>Encodes each text.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="tags">The model's labels in their order; all tags of the texts are among them.</param>
    /// <param name="options">The longest, and what becomes of longer ones; an error by default.</param>
    /// <exception cref="ArgumentException">Texts are too long, or none of their words has a token; the message lists them.</exception>
    public static IReadOnlyList<TokenSequence> From(
        TaggedTexts texts, Tokenizer tokenizer, IReadOnlyList<string> tags, TokenSequenceOptions options)
    {
        var classes = tags.Index().ToDictionary(tag => tag.Item, tag => tag.Index);
        var rows = new List<TokenSequence>();
        var problems = new List<string>();
        foreach (var (index, text) in texts.Index())
        {
            try
            {
                rows.Add(Row(text, EncodedWords.From(text.Words, tokenizer, options), classes));
            }
            catch (ArgumentException e)
            {
                problems.Add($"text {index + 1}: {e.Message}");
            }
        }

        return problems.Count == 0 ? rows : throw new ArgumentException(
            $"{problems.Count} texts cannot be trained on:\n  {string.Join("\n  ", problems.Take(ShownProblems))}", nameof(texts));
    }

    private static TokenSequence Row(TaggedText text, EncodedWords encoded, Dictionary<string, int> classes)
    {
        var labels = new int[encoded.Ids.Length];
        Array.Fill(labels, TokenSequence.Unsupervised);
        foreach (var (word, token) in encoded.FirstTokens.Index())
        {
            if (token >= 0 && labels[token] == TokenSequence.Unsupervised) labels[token] = classes[text.Tags[word]];
        }

        return labels.Any(label => label != TokenSequence.Unsupervised) ? new(encoded.Ids, labels)
            : throw new ArgumentException("None of its words has a token that is read. Leave it out.");
    }
}
