using System.Buffers;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Models;

/// <summary>
/// Rotates the halves of heads against each other on the way from one layout to the other: what projections write, a token's heads
/// behind one another, and what attention reads, a head's tokens behind one another.
/// </summary>
internal static class RotatedRows
{
    /// <summary>Whether these can be read so.</summary>
    /// <param name="x">[batch, heads, seq, headDim].</param>
    /// <param name="cos">[batch, 1, seq, headDim].</param>
    public static bool Serves(Tensor x, Tensor cos) => x.dim() == 4 && x.shape[3] % 2 == 0 && FloatRows.Serves(cos)
        && cos.shape[0] == x.shape[0] && (FloatRows.Serves(x) || FloatRows.Serves(x.transpose(1, 2)));

    /// <summary>x rotated, or rotated back: [batch, heads, seq, headDim], in the layout that x does not have.</summary>
    public static Tensor Turn(Tensor x, Tensor cos, Tensor sin, bool back)
    {
        var (heads, seq) = ((int)x.shape[1], (int)x.shape[2]);
        var byHead = x.is_contiguous();
        var source = byHead ? x : x.transpose(1, 2);
        var target = byHead ? empty([x.shape[0], seq, heads, x.shape[3]], dtype: x.dtype, device: CPU)
            : empty(x.shape, dtype: x.dtype, device: CPU);
        var (from, to, cosines, sines) = (new FloatRows(source), new FloatRows(target), new FloatRows(cos), new FloatRows(sin));
        Crew.RunRows(cosines.Count, heads * from.Length, (first, end) =>
        {
            var length = from.Length;
            var scratch = ArrayPool<float>.Shared.Rent(5 * length);
            var table = scratch.AsSpan(0, 2 * length);
            for (var place = first; place < end; place++)
            {
                var (batch, token) = Math.DivRem(place, seq);
                cosines.Read(place, table).CopyTo(table);
                sines.Read(place, table[length..]).CopyTo(table[length..]);
                for (var head = 0; head < heads; head++)
                {
                    var (inHead, inToken) = ((batch * heads + head) * seq + token, place * heads + head);
                    var read = from.Read(byHead ? inHead : inToken, scratch.AsSpan(2 * length));
                    var written = to.Open(byHead ? inToken : inHead, scratch.AsSpan(3 * length));
                    Turn(read, table, written, back, scratch.AsSpan(4 * length));
                    to.Close(byHead ? inToken : inHead, written);
                }
            }

            ArrayPool<float>.Shared.Return(scratch);
        });
        return byHead ? target.transpose(1, 2) : target;
    }

    private static void Turn(ReadOnlySpan<float> x, ReadOnlySpan<float> table, Span<float> y, bool back, Span<float> scratch)
    {
        var half = x.Length / 2;
        var sin = table[x.Length..];
        var low = scratch[..half];
        var high = scratch[half..x.Length];
        TensorPrimitives.Multiply(x, table[..x.Length], y);
        TensorPrimitives.Multiply(x[half..], sin[..half], back ? low : high);
        TensorPrimitives.Multiply(x[..half], sin[half..x.Length], back ? high : low);
        // one of the products is added to its half, the other subtracted
        TensorPrimitives.Add(back ? y[..half] : y[half..], low, back ? y[..half] : y[half..]);
        TensorPrimitives.Subtract(back ? y[half..] : y[..half], high, back ? y[half..] : y[..half]);
    }
}
