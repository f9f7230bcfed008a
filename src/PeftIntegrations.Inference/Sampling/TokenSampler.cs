using System.Numerics.Tensors;

namespace PeftIntegrations.Inference;

/// <summary>Chooses a token from a row of scores: the best one, or one drawn from softmax(scores). One serves one text.</summary>
/// <param name="options">Whether to draw (<see cref="GenerationOptions.IsSampling"/>), and the seed.</param>
public sealed class TokenSampler(GenerationOptions options)
{
    private readonly bool _draws = options.IsSampling;
    private ulong _state = (ulong)(options.Seed ?? Random.Shared.NextInt64());

    /// <summary>The token chosen from <paramref name="scores"/>; never one whose score is -∞.</summary>
    /// <exception cref="ArgumentException">No token is left, or a score is NaN or +∞.</exception>
    public int Pick(ReadOnlySpan<float> scores)
    {
        if (scores.IsEmpty) throw new ArgumentException("The row of scores is empty. Give one for each token.", nameof(scores));

        var best = TensorPrimitives.IndexOfMax(scores);
        return scores[best] switch
        {
            float.NegativeInfinity => throw new ArgumentException(
                $"All {scores.Length} scores are -∞, so no token can be chosen. " +
                "Loosen BadWordsIds, SuppressTokens, NoRepeatNgramSize or MinNewTokens.",
                nameof(scores)),
            float.NaN or float.PositiveInfinity => throw new ArgumentException(
                $"The score of token {best} is {scores[best]}, so no token can be chosen. " +
                "The model overflowed or its weights are damaged: try fp32 or bf16, and check the adapter.",
                nameof(scores)),
            _ => _draws ? Draw(scores, best) : best,
        };
    }

    private int Draw(ReadOnlySpan<float> scores, int best)
    {
        using var scratch = new Scratch<float>(scores.Length);
        var weights = scratch.Span;
        TensorPrimitives.Subtract(scores, scores[best], weights);
        TensorPrimitives.Exp(weights, weights);

        var (target, mass) = (NextUniform() * TensorPrimitives.Sum<float>(weights), 0d);
        for (var i = 0; i < weights.Length; i++)
        {
            mass += weights[i];
            if (mass > target) return i;
        }

        return best; // the two sums differ by rounding, and the target fell between them
    }

    // SplitMix64 (Steele et al. 2014, doi:10.1145/2714064.2660195): unlike System.Random it takes 64 bits and never changes.
    private double NextUniform()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
