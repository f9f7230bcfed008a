using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>
/// One rule of sampling: changes a row of scores in place, with -∞ for a token that may not be chosen. It is built from a
/// <see cref="SamplingContext"/> and registered (<see cref="RegisteredAsAttribute"/>) as the option it serves, by its JSON name.
/// </summary>
public abstract class LogitsProcessor
{
    /// <summary>Its place in the pipeline: lower goes first. Those built in go as in Hugging Face's <c>generate()</c>.</summary>
    public abstract int Order { get; }

    /// <summary>Whether the options ask for it; one that is not active is left out of the pipeline.</summary>
    public abstract bool IsActive { get; }

    /// <summary>Changes <paramref name="scores"/> in place.</summary>
    /// <param name="scores">The score of each token of the vocabulary. [vocab]</param>
    /// <param name="history">The tokens so far, prompt included; all are within the vocabulary. [seq]</param>
    public abstract void Process(Span<float> scores, ReadOnlySpan<int> history);

    /// <summary>Removes <paramref name="tokens"/>; those outside the vocabulary can't be chosen anyway.</summary>
    protected static void Remove(Span<float> scores, ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            if (token < scores.Length) scores[token] = float.NegativeInfinity;
        }
    }

    /// <summary>Whether the last token of <paramref name="sequence"/> would complete it after <paramref name="history"/>.</summary>
    protected static bool IsAboutToComplete(ReadOnlySpan<int> sequence, ReadOnlySpan<int> history) => history.EndsWith(sequence[..^1]);
}
