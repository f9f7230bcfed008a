using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Adds |score|·(factorⁿ − 1) to the ends of sequence, n tokens after the decay starts.</summary>
[RegisteredAs("exponential_decay_length_penalty")]
internal sealed class ExponentialDecay(SamplingContext context) : LogitsProcessor
{
    private const double Greatest = 1e30; // still finite once divided by the least temperature

    private readonly LengthDecay? _decay = context.Options.ExponentialDecayLengthPenalty;
    private readonly int[] _ends = [.. context.Options.EosTokenIds ?? []];

    public override int Order => 800;

    public override bool IsActive => _decay is not null && _ends.Length > 0;

    public override void Process(Span<float> scores, ReadOnlySpan<int> history)
    {
        var n = history.Length - context.PromptLength - _decay!.Start;
        if (n <= 0) return;

        var growth = Math.Min(Math.Pow(_decay.Factor, n) - 1, Greatest);
        foreach (var end in _ends)
        {
            if (end < scores.Length && float.IsFinite(scores[end]))
            {
                scores[end] = (float)Math.Min(scores[end] + (Math.Abs(scores[end]) * growth), Greatest);
            }
        }
    }
}
