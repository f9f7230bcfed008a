using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
            using var memory = new FloatScratch(4 * length);
            var scratch = memory.Take(4 * length);
            var table = scratch.Slice(0, 2 * length);
            for (var place = first; place < end; place++)
            {
                var (batch, token) = Math.DivRem(place, seq);
                cosines.Read(place, table).CopyTo(table);
                sines.Read(place, table[length..]).CopyTo(table[length..]);
                for (var head = 0; head < heads; head++)
                {
                    var (inHead, inToken) = ((batch * heads + head) * seq + token, place * heads + head);
                    var read = from.Read(byHead ? inHead : inToken, scratch[(2 * length)..]);
                    var written = to.Open(byHead ? inToken : inHead, scratch[(3 * length)..]);
                    Turn(read, table, written, back);
                    to.Close(byHead ? inToken : inHead, written);
                }
            }
        });
        return byHead ? target.transpose(1, 2) : target;
    }

    // one of the products is added to its half, the other subtracted
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first prompt is read before the runtime would think of it
    private static void Turn(ReadOnlySpan<float> x, ReadOnlySpan<float> table, Span<float> y, bool back)
    {
        var half = x.Length / 2;
        ref readonly float from = ref x[0], cos = ref table[0], sin = ref table[x.Length];
        ref var to = ref y[..x.Length][0];
        var (sign, i) = (back ? -1f : 1f, 0);
        for (; i <= half - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> low = At(in from, i), high = At(in from, half + i);
            (low * At(in cos, i) - sign * high * At(in sin, i)).StoreUnsafe(ref to, (nuint)i);
            (high * At(in cos, half + i) + sign * low * At(in sin, half + i)).StoreUnsafe(ref to, (nuint)(half + i));
        }

        for (; i < half; i++)
        {
            y[i] = x[i] * table[i] - sign * x[half + i] * table[x.Length + i];
            y[half + i] = x[half + i] * table[half + i] + sign * x[i] * table[x.Length + half + i];
        }
    }

    private static Vector256<float> At(ref readonly float start, int place) => Vector256.LoadUnsafe(in start, (nuint)place);
}
