using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Core;

/// <summary>
/// y += s·B·A·x for a few rows: a handful of vector instructions, where operators would take longer to be called than to work.
/// </summary>
/// <param name="a">A, [r, in].</param>
/// <param name="b">B, [out, r].</param>
/// <param name="s">s.</param>
public sealed unsafe class LowRankUpdate(FloatRows a, FloatRows b, float s)
{
    /// <summary>The update by A, [r, in], and B, [out, r], whose memory is read anew each time; null where it cannot be.</summary>
    public static LowRankUpdate? Of(Tensor a, Tensor b, double s) =>
        FloatRows.Serves(a) && FloatRows.Serves(b) ? new(new(a), new(b), (float)s) : null;

    /// <summary>Whether this is a case for it: few rows, and nobody asks for a gradient.</summary>
    /// <param name="x">[..., in].</param>
    public bool Serves(Tensor x) => !is_grad_enabled() && FewRows.Serves(x, a.Length);

    /// <summary>Adds the update to y.</summary>
    /// <param name="y">[..., out], contiguous.</param>
    /// <param name="x">[..., in].</param>
    public void AddTo(Tensor y, Tensor x)
    {
        var (to, from) = (new FloatRows(y), new FloatRows(x));
        Crew.Run(from.Count, row => AddTo(to, from, row));
    }

    /// <summary>Adds to each row of a batch what changes it.</summary>
    /// <param name="y">[batch, ..., out], contiguous.</param>
    /// <param name="x">[batch, ..., in].</param>
    /// <param name="groups">The rows of the batch; null where nothing does.</param>
    public static void AddTo(Tensor y, Tensor x, IReadOnlyList<(PatchedRows Rows, LowRankUpdate? Update)> groups)
    {
        var (to, from) = (new FloatRows(y), new FloatRows(x));
        var (each, updates) = (from.Count / (int)x.size(0), new LowRankUpdate?[from.Count]);
        foreach (var (rows, update) in groups) Array.Fill(updates, update, (int)rows.First * each, (int)rows.Count * each);
        Crew.Run(from.Count, row => updates[row]?.AddTo(to, from, row));
    }

    private void AddTo(FloatRows to, FloatRows from, int row)
    {
        using var scratch = new FloatScratch(from.Length + to.Length + a.Length + 2 * b.Length);
        Span<float> seen = scratch.Take(from.Length), sum = scratch.Take(to.Length), factor = scratch.Take(a.Length);
        Span<float> h = scratch.Take(b.Length), column = scratch.Take(b.Length);
        var input = from.Read(row, seen);
        for (var j = 0; j < a.Count; j++) h[j] = s * TensorPrimitives.Dot(input, a.Read(j, factor));
        to.Read(row, sum);
        var output = to.Open(row, sum);
        Add(output, h, column);
        to.Close(row, output);
    }

    private void Add(Span<float> y, ReadOnlySpan<float> h, Span<float> scratch)
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
