using System.Buffers;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Core;

/// <summary>Root-mean-square norms of the rows of a tensor, each in one visit to its memory.</summary>
internal static class RmsRows
{
    /// <summary>Whether these can be read so.</summary>
    public static bool Serves(Tensor x, Tensor gain) => FloatRows.Serves(x) && FloatRows.Serves(gain);

    /// <summary>gain ∘ x / √(mean(x²) + ε).</summary>
    public static Tensor Normalise(Tensor x, Tensor gain, double epsilon)
    {
        var y = empty_like(x);
        var (from, to, gains) = (new FloatRows(x), new FloatRows(y), Numbers(gain));
        Crew.RunRows(from.Count, from.Length, (first, end) =>
        {
            var scratch = ArrayPool<float>.Shared.Rent(2 * from.Length);
            for (var row = first; row < end; row++)
            {
                var read = from.Read(row, scratch);
                var written = to.Open(row, scratch.AsSpan(from.Length));
                TensorPrimitives.Multiply(read, Scale(read, epsilon), written);
                TensorPrimitives.Multiply(written, gains, written);
                to.Close(row, written);
            }

            ArrayPool<float>.Shared.Return(scratch);
        });
        return y;
    }

    /// <summary>The gradient by x of <see cref="Normalise"/>: with u = g ∘ gain and scale = 1/√…, scale·u − x·scale³·mean(u ∘ x).</summary>
    public static Tensor Gradient(Tensor gradient, Tensor x, Tensor gain, double epsilon)
    {
        var result = empty_like(x);
        var (from, by, to, gains) = (new FloatRows(x), new FloatRows(gradient), new FloatRows(result), Numbers(gain));
        Crew.RunRows(from.Count, from.Length, (first, end) =>
        {
            var scratch = ArrayPool<float>.Shared.Rent(3 * from.Length);
            for (var row = first; row < end; row++)
            {
                var read = from.Read(row, scratch);
                var written = to.Open(row, scratch.AsSpan(from.Length));
                TensorPrimitives.Multiply(by.Read(row, scratch.AsSpan(2 * from.Length)), gains, written);
                var scale = Scale(read, epsilon);
                var along = TensorPrimitives.Dot(written, read) / from.Length;
                TensorPrimitives.Multiply(written, scale, written);
                TensorPrimitives.MultiplyAdd(read, -along * scale * scale * scale, written, written);
                to.Close(row, written);
            }

            ArrayPool<float>.Shared.Return(scratch);
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
