using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace PeftIntegrations.Inference;

/// <summary>Removes the tokens whose score is below a limit. The best token stays, and tokens of one score stay or go together.</summary>
public abstract class Truncation : LogitsProcessor
{
    /// <inheritdoc/>
    public sealed override void Process(Span<float> scores, ReadOnlySpan<int> history)
    {
        var best = TensorPrimitives.Max(scores);
        if (!float.IsFinite(best)) return; // nothing left, or not a number: the sampler says so

        RemoveBelow(MathF.Min(LowestKept(scores, best), best), scores);
    }

    /// <summary>The score below which tokens are removed.</summary>
    /// <param name="scores">The scores; some may be -∞. [vocab]</param>
    /// <param name="best">The greatest of them; finite.</param>
    protected abstract float LowestKept(ReadOnlySpan<float> scores, float best);

    private static void RemoveBelow(float limit, Span<float> scores)
    {
        var (limits, removed) = (new Vector<float>(limit), new Vector<float>(float.NegativeInfinity));
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(scores);
        foreach (ref var vector in vectors) vector = Vector.ConditionalSelect(Vector.LessThan(vector, limits), removed, vector);

        foreach (ref var score in scores[(vectors.Length * Vector<float>.Count)..]) score = score < limit ? float.NegativeInfinity : score;
    }
}
