using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Models;

/// <summary>The softmax of attention's scores and its gradient, over the keys that each row sees; the others get no weight.</summary>
internal static class SoftmaxRows
{
    /// <summary>Whether these can be read so.</summary>
    public static bool Serves(Tensor scores) => FloatRows.Serves(scores);

    /// <summary>softmax(scale·scores + hidden), in place, where a query sees no key after its own.</summary>
    /// <param name="scores">[batch·kvHeads, group·queries, keys]; the last query stands at the last key.</param>
    /// <param name="queries">How many.</param>
    /// <param name="scale">The factor of the scores.</param>
    /// <param name="hidden">[batch, queries or 1, keys]: what is added to them; null for nothing.</param>
    public static Tensor Softmax(Tensor scores, int queries, double scale, Tensor? hidden)
    {
        var rows = new FloatRows(scores);
        var mask = hidden is null ? default : new FloatRows(hidden);
        var (texts, masks) = hidden is null ? (1, 0) : ((int)hidden.shape[0], (int)hidden.shape[1]);
        Crew.RunRows(rows.Count, rows.Length, (first, end) =>
        {
            using var memory = new FloatScratch(2 * rows.Length);
            var scratch = memory.Take(2 * rows.Length);
            for (var row = first; row < end; row++)
            {
                var own = Copied(rows, row, scratch);
                var query = row % queries;
                var visible = own[..(rows.Length - queries + query + 1)];
                if (masks > 0)
                {
                    TensorPrimitives.Multiply(visible, (float)scale, visible);
                    var added = mask.Read(row / (rows.Count / texts) * masks + query % masks, scratch[rows.Length..]);
                    TensorPrimitives.Add(visible, added[..visible.Length], visible);
                }

                SoftmaxOf.Row(visible, masks > 0 ? 1 : (float)scale);
                own[visible.Length..].Clear();
                rows.Close(row, own);
            }
        });
        return scores;
    }

    /// <summary>The gradient by the scores, in place of that by the probabilities: scale·p ∘ (g − Σ g ∘ p).</summary>
    /// <param name="gradient">That by the probabilities, […, rows, keys].</param>
    /// <param name="p">The probabilities.</param>
    /// <param name="scale">The factor of the scores.</param>
    public static Tensor Gradient(Tensor gradient, Tensor p, double scale)
    {
        var (rows, shares) = (new FloatRows(gradient), new FloatRows(p));
        Crew.RunRows(rows.Count, rows.Length, (first, end) =>
        {
            using var memory = new FloatScratch(2 * rows.Length);
            var scratch = memory.Take(2 * rows.Length);
            for (var row = first; row < end; row++)
            {
                var own = Copied(rows, row, scratch);
                var share = shares.Read(row, scratch[rows.Length..]);
                var along = TensorPrimitives.Dot(own, share);
                TensorPrimitives.Subtract(own, along, own);
                TensorPrimitives.Multiply(own, (float)scale, own);
                TensorPrimitives.Multiply(own, share, own);
                rows.Close(row, own);
            }
        });
        return gradient;
    }

    // Read and written in one place: a bf16 row is widened into the scratch that it is written from.
    private static Span<float> Copied(FloatRows rows, int row, Span<float> scratch)
    {
        rows.Read(row, scratch);
        return rows.Open(row, scratch);
    }
}
