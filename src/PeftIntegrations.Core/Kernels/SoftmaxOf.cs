using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Core;

/// <summary>The softmax of numbers that lie one behind another.</summary>
public static class SoftmaxOf
{
    /// <summary>Puts the softmax of the scores in their place; shifted by the largest, so that nothing overflows.</summary>
    /// <param name="scores">The numbers.</param>
    /// <param name="scale">What they are multiplied by first; above 0.</param>
    public static void Row(Span<float> scores, float scale = 1)
    {
        var sum = Exponential.Sum(scores, scale, scale * TensorPrimitives.Max<float>(scores));
        TensorPrimitives.Multiply(scores, 1 / sum, scores);
    }
}
