using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Adds a bias to the token that would complete a sequence.</summary>
[RegisteredAs("sequence_bias")]
internal sealed class SequenceBias(SamplingContext context) : LogitsProcessor
{
    private readonly (int[] Tokens, float Bias)[] _sequences =
        [.. (context.Options.SequenceBias ?? []).Select(sequence => (sequence.Tokens.ToArray(), (float)sequence.Bias))];

    public override int Order => 100;

    public override bool IsActive => _sequences.Length > 0;

    public override void Process(Span<float> scores, ReadOnlySpan<int> history)
    {
        foreach (var (tokens, bias) in _sequences)
        {
            if (IsAboutToComplete(tokens, history) && tokens[^1] < scores.Length) scores[tokens[^1]] += bias;
        }
    }
}
