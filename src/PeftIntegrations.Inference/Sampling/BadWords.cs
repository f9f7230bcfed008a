using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Removes the token that would complete a forbidden sequence; the end of sequence can't be forbidden so.</summary>
[RegisteredAs("bad_words_ids")]
internal sealed class BadWords(SamplingContext context) : LogitsProcessor
{
    private readonly int[][] _words =
        [.. (context.Options.BadWordsIds ?? []).Where(word => !IsEnd(word, context.Options)).Select(word => word.ToArray())];

    public override int Order => 400;

    public override bool IsActive => _words.Length > 0;

    public override void Process(Span<float> scores, ReadOnlySpan<int> history)
    {
        foreach (var word in _words)
        {
            if (IsAboutToComplete(word, history)) Remove(scores, word.AsSpan(^1..));
        }
    }

    private static bool IsEnd(IReadOnlyList<int> word, GenerationOptions options) =>
        word is [var token] && options.EosTokenIds?.Contains(token) == true;
}
