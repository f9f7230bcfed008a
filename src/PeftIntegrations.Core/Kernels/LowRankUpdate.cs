using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Core;

/// <summary>
/// y += s·B·A·x for a few rows: a handful of vector instructions, where operators would take longer to be called than to work.
/// </summary>
public static unsafe class LowRankUpdate
{
    /// <summary>Whether this is a case for it: few rows, and nobody asks for a gradient.</summary>
    public static bool Serves(Tensor y, Tensor x, Tensor a, Tensor b) =>
        !is_grad_enabled() && FewRows.Serves(x, a.size(-1)) && FloatRows.Serves(y) && FloatRows.Serves(a) && FloatRows.Serves(b);

    /// <summary>Adds the update to y.</summary>
    /// <param name="y">[..., out].</param>
    /// <param name="x">[..., in].</param>
    /// <param name="factors">A, [r, in], and B, [out, r].</param>
    /// <param name="s">s.</param>
    public static void AddTo(Tensor y, Tensor x, (Tensor A, Tensor B) factors, float s)
    {
        var (from, to, a, b) = (new FloatRows(x), new FloatRows(y), new FloatRows(factors.A), new FloatRows(factors.B));
        using var scratch = new FloatScratch(from.Length + to.Length + a.Length + 2 * b.Length);
        Span<float> seen = scratch.Take(from.Length), sum = scratch.Take(to.Length), row = scratch.Take(a.Length);
        Span<float> h = scratch.Take(b.Length), column = scratch.Take(b.Length);
        for (var i = 0; i < from.Count; i++)
        {
            var input = from.Read(i, seen);
            for (var j = 0; j < a.Count; j++) h[j] = s * TensorPrimitives.Dot(input, a.Read(j, row));
            to.Read(i, sum);
            var output = to.Open(i, sum);
            Add(output, b, h, column);
            to.Close(i, output);
        }
    }

    private static void Add(Span<float> y, FloatRows b, ReadOnlySpan<float> h, Span<float> scratch)
    {
        var o = 0;
        if (Avx.IsSupported && b.IsWide && h.Length % 8 == 0)
        {
            for (; o <= y.Length - 8; o += 8)
            {
                (Vector256.Create(y[o..]) + EightDots((float*)b.Start + (long)o * h.Length, h)).CopyTo(y[o..]);
            }
        }

        for (; o < y.Length; o++) y[o] += Dot(b.Read(o, scratch), h);
    }

    // Summed together, as each alone would take longer to be summed than to be multiplied.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> EightDots(float* b, ReadOnlySpan<float> h)
    {
        var r = h.Length;
        var first = Avx.HorizontalAdd(Avx.HorizontalAdd(Products(b, h), Products(b + r, h)),
            Avx.HorizontalAdd(Products(b + 2 * r, h), Products(b + 3 * r, h)));
        var second = Avx.HorizontalAdd(Avx.HorizontalAdd(Products(b + 4 * r, h), Products(b + 5 * r, h)),
            Avx.HorizontalAdd(Products(b + 6 * r, h), Products(b + 7 * r, h)));
        return Vector256.Create(first.GetLower() + first.GetUpper(), second.GetLower() + second.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Products(float* b, ReadOnlySpan<float> h)
    {
        var sum = Vector256.Load(b) * Vector256.Create(h);
        for (var j = 8; j < h.Length; j += 8) sum = Vector256.MultiplyAddEstimate(Vector256.Load(b + j), Vector256.Create(h[j..]), sum);
        return sum;
    }

    // As short as a rank is: a call would take longer.
    private static float Dot(ReadOnlySpan<float> b, ReadOnlySpan<float> h)
    {
        var sum = Vector256<float>.Zero;
        var j = 0;
        for (; j <= h.Length - 8; j += 8)
        {
            sum = Vector256.MultiplyAddEstimate(Vector256.Create(b.Slice(j, 8)), Vector256.Create(h.Slice(j, 8)), sum);
        }

        var result = Vector256.Sum(sum);
        for (; j < h.Length; j++) result += b[j] * h[j];
        return result;
    }
}
