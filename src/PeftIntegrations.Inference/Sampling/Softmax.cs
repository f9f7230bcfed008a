using System.Numerics.Tensors;

namespace PeftIntegrations.Inference;

/// <summary>Sums over softmax(scores), shifted by the best score so that nothing overflows.</summary>
internal static class Softmax
{
    /// <summary>log Σ exp(score), and exp(score − best) in <paramref name="weights"/>; the probability is exp(score − result).</summary>
    public static float LogSum(ReadOnlySpan<float> scores, float best, Span<float> weights)
    {
        TensorPrimitives.Subtract(scores, best, weights);
        TensorPrimitives.Exp(weights, weights);
        return best + MathF.Log(TensorPrimitives.Sum<float>(weights));
    }

    /// <summary>−Σ p·log p, from what <see cref="LogSum"/> gave.</summary>
    public static float Entropy(ReadOnlySpan<float> scores, float best, float logSum, ReadOnlySpan<float> weights)
    {
        var weighted = 0d;
        for (var i = 0; i < scores.Length; i++)
        {
            if (weights[i] > 0) weighted += weights[i] * (double)(scores[i] - logSum);
        }

        return (float)(-weighted * Math.Exp(best - logSum));
    }
}
