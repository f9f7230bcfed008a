using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Top-H (Potraghloo et al. 2025, arXiv:2509.02510): keeps the best tokens while they hold at most α of the entropy.</summary>
[RegisteredAs("top_h")]
internal sealed class TopH(SamplingContext context) : Truncation
{
    private const int Considered = 100; // Hugging Face's: the rest is removed in any case

    private readonly double? _alpha = context.Options.TopH;

    public override int Order => 1100;

    public override bool IsActive => context.Options.IsSampling && _alpha is not null;

    protected override float LowestKept(ReadOnlySpan<float> scores, float best)
    {
        Span<float> largest = stackalloc float[Math.Min(Considered, scores.Length)];
        Span<float> weights = stackalloc float[largest.Length];
        Largest.Of(scores, largest);
        largest.Sort();
        largest.Reverse();
        var logSum = Softmax.LogSum(largest, best, weights);

        var entropy = 0d;
        foreach (var score in largest) entropy += Term(score - logSum);

        var (kept, held) = (1, Term(largest[0] - logSum));
        while (kept < largest.Length && (held += Term(largest[kept] - logSum)) <= _alpha!.Value * entropy) kept++;
        return largest[kept - 1];
    }

    private static double Term(float logP) => float.IsFinite(logP) ? -Math.Exp(logP) * logP : 0;
}
