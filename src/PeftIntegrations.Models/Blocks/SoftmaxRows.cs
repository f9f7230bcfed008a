using System.Buffers;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Models;

/// <summary>The softmax of attention's scores and its gradient, over the keys that each row sees; the others get no weight.</summary>
internal static class SoftmaxRows
{
    /// <summary>Whether these can be read so.</summary>
    public static bool Serves(Tensor scores) => FloatRows.Serves(scores);

    /// <summary>softmax(scale·scores + hidden), in place.</summary>
    /// <param name="scores">[…, rows, keys].</param>
    /// <param name="scale">The factor of the scores.</param>
    /// <param name="seen">How many keys the row of this number sees; at least one.</param>
    /// <param name="hidden">[batch, at least keys]: what is added to the scores of a text's keys; null for nothing.</param>
    public static void Softmax(Tensor scores, double scale, Func<int, int> seen, Tensor? hidden)
    {
        var rows = new FloatRows(scores);
        var mask = hidden is null ? default : new FloatRows(hidden);
        var perText = hidden is null ? 1 : rows.Count / mask.Count;
        Crew.RunRows(rows.Count, rows.Length, (first, end) =>
        {
            var scratch = ArrayPool<float>.Shared.Rent(rows.Length + Math.Max(1, mask.Length));
            for (var row = first; row < end; row++)
            {
                var own = Copied(rows, row, scratch);
                var visible = own[..seen(row)];
                TensorPrimitives.Multiply(visible, (float)scale, visible);
                if (hidden is not null)
                {
                    TensorPrimitives.Add(visible, mask.Read(row / perText, scratch.AsSpan(rows.Length))[..visible.Length], visible);
                }

                TensorPrimitives.Subtract(visible, TensorPrimitives.Max<float>(visible), visible);
                TensorPrimitives.Exp(visible, visible);
                TensorPrimitives.Multiply(visible, 1 / TensorPrimitives.Sum<float>(visible), visible);
                own[visible.Length..].Clear();
                rows.Close(row, own);
            }

            ArrayPool<float>.Shared.Return(scratch);
        });
    }

    /// <summary>The gradient by the scores, in place of that by the probabilities: scale·p ∘ (g − Σ g ∘ p).</summary>
    /// <param name="gradient">That by the probabilities, […, rows, keys].</param>
    /// <param name="p">The probabilities.</param>
    /// <param name="scale">The factor of the scores.</param>
    public static void Gradient(Tensor gradient, Tensor p, double scale)
    {
        var (rows, shares) = (new FloatRows(gradient), new FloatRows(p));
        Crew.RunRows(rows.Count, rows.Length, (first, end) =>
        {
            var scratch = ArrayPool<float>.Shared.Rent(2 * rows.Length);
            for (var row = first; row < end; row++)
            {
                var own = Copied(rows, row, scratch);
                var share = shares.Read(row, scratch.AsSpan(rows.Length));
                var along = TensorPrimitives.Dot(own, share);
                TensorPrimitives.Subtract(own, along, own);
                TensorPrimitives.Multiply(own, (float)scale, own);
                TensorPrimitives.Multiply(own, share, own);
                rows.Close(row, own);
            }

            ArrayPool<float>.Shared.Return(scratch);
        });
    }

    // Read and written in one place: a bf16 row is widened into the scratch that it is written from.
    private static Span<float> Copied(FloatRows rows, int row, Span<float> scratch)
    {
        rows.Read(row, scratch);
        return rows.Open(row, scratch);
    }
}
