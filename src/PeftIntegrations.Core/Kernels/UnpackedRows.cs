using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>Rows of blocks that vector code takes apart. Products are fp32, as if the numbers had been written out.</summary>
internal sealed unsafe class UnpackedRows<T> : BlockRows where T : struct, IBlock
{
    public override void Multiply(byte* weights, BlockInput x, float* y, (int Count, int Stride) outputs)
    {
        var bytes = x.Parts / T.Parts * T.Bytes; // of a row
        for (var o = 0; o < outputs.Count; o++, weights += bytes)
        {
            if (x.Count == 1) y[o] = One(weights, x);
            else Several(weights, x, y + o, outputs.Stride);
        }
    }

    public override void Read(byte* blocks, Span<float> values)
    {
        for (var i = 0; i < values.Length; blocks += T.Bytes)
        {
            for (var part = 0; part < T.Parts; part++, i += BlockInput.Part)
            {
                var scales = T.Unpack(blocks, part, out var q);
                Put(q.A, scales.First, scales.Shift, values.Slice(i, 8));
                Put(q.B, scales.First, scales.Shift, values.Slice(i + 8, 8));
                Put(q.C, scales.Second, scales.Shift, values.Slice(i + 16, 8));
                Put(q.D, scales.Second, scales.Shift, values.Slice(i + 24, 8));
            }
        }
    }

    private static float One(byte* block, BlockInput x)
    {
        Vector256<float> sum = default;
        var shift = 0f;
        for (var at = 0; at < x.Parts; block += T.Bytes)
        {
            for (var part = 0; part < T.Parts; part++, at++)
            {
                var scales = T.Unpack(block, part, out var q);
                sum = Add(sum, q, x.Numbers(at), scales);
                shift += scales.Shift * x.Sum(at);
            }
        }

        return Vector256.Sum(sum) + shift;
    }

    private static void Several(byte* block, BlockInput x, float* y, int stride)
    {
        var sums = stackalloc Vector256<float>[x.Count];
        var shifts = stackalloc float[x.Count];
        for (var i = 0; i < x.Count; i++) (sums[i], shifts[i]) = (default, 0);
        for (var at = 0; at < x.Parts; block += T.Bytes)
        {
            for (var part = 0; part < T.Parts; part++, at++)
            {
                var scales = T.Unpack(block, part, out var q);
                for (int i = 0, place = at; i < x.Count; i++, place += x.Parts)
                {
                    sums[i] = Add(sums[i], q, x.Numbers(place), scales);
                    shifts[i] += scales.Shift * x.Sum(place);
                }
            }
        }

        for (var i = 0; i < x.Count; i++) y[(long)i * stride] = Vector256.Sum(sums[i]) + shifts[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(Vector256<float> sum, BlockPart q, float* x, BlockScales scales)
    {
        var first = Vector256.MultiplyAddEstimate(
            Vector256.ConvertToSingle(q.B), Vector256.Load(x + 8), Vector256.ConvertToSingle(q.A) * Vector256.Load(x));
        var second = Vector256.MultiplyAddEstimate(
            Vector256.ConvertToSingle(q.D), Vector256.Load(x + 24), Vector256.ConvertToSingle(q.C) * Vector256.Load(x + 16));
        sum = Vector256.MultiplyAddEstimate(first, Vector256.Create(scales.First), sum);
        return Vector256.MultiplyAddEstimate(second, Vector256.Create(scales.Second), sum);
    }

    private static void Put(Vector256<int> whole, float scale, float shift, Span<float> values) =>
        (Vector256.ConvertToSingle(whole) * scale + Vector256.Create(shift)).CopyTo(values); // each rounded, as the definition does
}
