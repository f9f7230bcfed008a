using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Core;

/// <summary>Root-mean-square norms of the rows of a tensor, each in one visit to its memory.</summary>
internal static class RmsRows
{
    /// <summary>Whether these can be read so.</summary>
    public static bool Serves(Tensor x, Tensor gain) => FloatRows.Serves(x) && FloatRows.Serves(gain);

    /// <summary>gain ∘ x / √(mean(x²) + ε), and 1/√… of each row.</summary>
    public static (Tensor Value, float[] Scales) Normalise(Tensor x, Tensor gain, double epsilon)
    {
        var y = empty_like(x);
        var (from, to, gains) = (new FloatRows(x), new FloatRows(y), Numbers(gain));
        var scales = new float[from.Count];
        Crew.RunRows(from.Count, from.Length, (first, end) =>
        {
            using var memory = new FloatScratch(2 * from.Length);
            var scratch = memory.Take(2 * from.Length);
            for (var row = first; row < end; row++)
            {
                var read = from.Read(row, scratch);
                var written = to.Open(row, scratch[from.Length..]);
                scales[row] = Scale(read, epsilon);
                TensorPrimitives.Multiply(read, scales[row], written);
                TensorPrimitives.Multiply(written, gains, written);
                to.Close(row, written);
            }
        });
        return (y, scales);
    }

    /// <summary>Whether the gradient can be had of the value, which others keep anyway: not rounded, and of no gain that is 0.</summary>
    public static bool CanUndo(Tensor gain) =>
        gain.dtype == ScalarType.Float32 && TensorPrimitives.MinMagnitude<float>(Numbers(gain)) > 1e-12f;

    /// <summary>The gradient by x of <see cref="Normalise"/>, of its value y: scale·(g ∘ gain − y / gain · mean(g ∘ y)).</summary>
    public static Tensor GradientOfValue(Tensor gradient, Tensor y, Tensor gain, float[] scales)
    {
        var result = empty_like(y);
        var (from, by, to, gains) = (new FloatRows(y), new FloatRows(gradient), new FloatRows(result), Numbers(gain));
        Crew.RunRows(from.Count, from.Length, (first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                var value = from.Read(row, []);
                var g = by.Read(row, []);
                var written = to.Open(row, []);
                TensorPrimitives.Divide(value, gains, written);
                TensorPrimitives.Multiply(written, -TensorPrimitives.Dot(g, value) / from.Length, written);
                TensorPrimitives.MultiplyAdd(g, gains, written, written);
                TensorPrimitives.Multiply(written, scales[row], written);
            }
        });
        return result;
    }

    /// <summary>The gradient by x of <see cref="Normalise"/>: with u = g ∘ gain and scale = 1/√…, scale·u − x·scale³·mean(u ∘ x).</summary>
    public static Tensor Gradient(Tensor gradient, Tensor x, Tensor gain, double epsilon)
    {
        var result = empty_like(x);
        var (from, by, to, gains) = (new FloatRows(x), new FloatRows(gradient), new FloatRows(result), Numbers(gain));
        Crew.RunRows(from.Count, from.Length, (first, end) =>
        {
            using var memory = new FloatScratch(3 * from.Length);
            var scratch = memory.Take(3 * from.Length);
            for (var row = first; row < end; row++)
            {
                var read = from.Read(row, scratch);
                var written = to.Open(row, scratch[from.Length..]);
                TensorPrimitives.Multiply(by.Read(row, scratch[(2 * from.Length)..]), gains, written);
                var scale = Scale(read, epsilon);
                var along = TensorPrimitives.Dot(written, read) / from.Length;
                TensorPrimitives.Multiply(written, scale, written);
                TensorPrimitives.MultiplyAdd(read, -along * scale * scale * scale, written, written);
                to.Close(row, written);
            }
        });
        return result;
    }

    private static float Scale(ReadOnlySpan<float> row, double epsilon) =>
        (float)(1 / Math.Sqrt(TensorPrimitives.SumOfSquares(row) / row.Length + epsilon));

    private static float[] Numbers(Tensor row)
    {
        var numbers = new float[row.numel()];
        var read = new FloatRows(row).Read(0, numbers);
        read.CopyTo(numbers);
        return numbers;
    }
}
