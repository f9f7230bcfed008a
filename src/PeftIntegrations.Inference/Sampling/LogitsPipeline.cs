using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>The active processors in their order. It keeps no state between calls, so rows of a batch and threads may share one.</summary>
public sealed class LogitsPipeline
{
    private static readonly Registry<LogitsProcessor> BuiltIn = new(typeof(LogitsProcessor).Assembly);

    private readonly LogitsProcessor[] _processors;

    /// <summary>Those of <paramref name="processors"/> that are active, by <see cref="LogitsProcessor.Order"/>.</summary>
    public LogitsPipeline(IEnumerable<LogitsProcessor> processors) =>
        _processors = [.. processors.Where(processor => processor.IsActive).OrderBy(processor => processor.Order)];

    /// <summary>The active processors, first to last.</summary>
    public IReadOnlyList<LogitsProcessor> Processors => _processors;

    /// <summary>The processors that <paramref name="options"/> ask for after a prompt of <paramref name="promptLength"/> tokens.</summary>
    /// <exception cref="ArgumentException">The prompt leaves no room below <see cref="GenerationOptions.MaxLength"/>.</exception>
    public static LogitsPipeline For(GenerationOptions options, int promptLength) => For(new(options, promptLength));

    internal static LogitsPipeline For(SamplingContext context, params IEnumerable<LogitsProcessor> more) =>
        new([.. BuiltIn.Types.Values.Distinct().Select(type => (LogitsProcessor)Activator.CreateInstance(type, context)!), .. more]);

    /// <summary>Changes <paramref name="scores"/> in place; -∞ marks a token that may not be chosen.</summary>
    /// <param name="scores">The score of each token of the vocabulary. [vocab]</param>
    /// <param name="history">The tokens so far, prompt included. [seq]</param>
    /// <exception cref="ArgumentException">The row is empty, or a token of the history is outside the vocabulary.</exception>
    public void Process(Span<float> scores, ReadOnlySpan<int> history)
    {
        if (scores.IsEmpty) throw new ArgumentException("The row of scores is empty. Give one for each token.", nameof(scores));

        var stray = history.IndexOfAnyExceptInRange(0, scores.Length - 1);
        if (stray >= 0)
        {
            throw new ArgumentException(
                $"Token {stray} of the history is {history[stray]}, and the vocabulary has {scores.Length} tokens. " +
                "Use the model's own tokenizer.",
                nameof(history));
        }

        foreach (var processor in _processors) processor.Process(scores, history);
    }
}
