using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Core;

/// <summary>The softmax of numbers that lie one behind another.</summary>
public static class SoftmaxOf
{
    /// <summary>Puts the softmax of the scores in their place; shifted by the largest, so that nothing overflows.</summary>
    public static void Row(Span<float> scores)
    {
        TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
        TensorPrimitives.Exp(scores, scores);
        TensorPrimitives.Multiply(scores, 1 / TensorPrimitives.Sum<float>(scores), scores);
    }
}
