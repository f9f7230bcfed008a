using System.Numerics.Tensors;
using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Locally typical sampling (Meister et al. 2022, arXiv:2202.00666): keeps tokens of surprise nearest the entropy.</summary>
[RegisteredAs("typical_p")]
internal sealed class TypicalP(SamplingContext context) : LogitsProcessor
{
    private readonly double _p = context.Options.TypicalP ?? 1;

    public override int Order => 1500;

    public override bool IsActive => context.Options.IsSampling && _p < 1;

    public override void Process(Span<float> scores, ReadOnlySpan<int> history)
    {
        var best = TensorPrimitives.Max(scores);
        if (!float.IsFinite(best)) return; // nothing left, or not a number: the sampler says so

        using var weights = new Scratch<float>(scores.Length);
        using var distances = new Scratch<float>(scores.Length);
        var logSum = Softmax.LogSum(scores, best, weights.Span);
        var entropy = Softmax.Entropy(scores, best, logSum, weights.Span);
        for (var i = 0; i < scores.Length; i++) distances.Span[i] = MathF.Abs(logSum - scores[i] - entropy);

        var farthest = FarthestKept(distances.Span, weights.Span, _p * Math.Exp(logSum - best));
        for (var i = 0; i < scores.Length; i++)
        {
            if (MathF.Abs(logSum - scores[i] - entropy) > farthest) scores[i] = float.NegativeInfinity;
        }
    }

    private static float FarthestKept(Span<float> distances, Span<float> weights, double wanted)
    {
        var count = 0;
        for (var i = 0; i < distances.Length; i++)
        {
            (distances[count], weights[count]) = (distances[i], weights[i]);
            count += weights[i] > 0 ? 1 : 0;
        }

        distances[..count].Sort(weights[..count]);
        var last = 0;
        for (double mass = weights[0]; mass < wanted && last < count - 1; mass += weights[last]) last++;
        return distances[last];
    }
}
