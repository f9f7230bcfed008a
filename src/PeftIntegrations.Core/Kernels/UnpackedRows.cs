using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core;

/// <summary>Rows of blocks that vector code takes apart. Products are fp32, as if the numbers had been written out.</summary>
internal sealed unsafe class UnpackedRows<T> : BlockRows where T : struct, IBlock
{
    public override void Read(byte* blocks, Span<float> values)
    {
        for (var i = 0; i < values.Length; blocks += T.Bytes)
        {
            for (var part = 0; part < T.Parts; part++, i += BlockInput.Part)
            {
                var (scales, q) = (T.Scales(blocks, part), T.Unpack(blocks, part));
                Put(q.A, scales.First, scales.Shift, values.Slice(i, 8));
                Put(q.B, scales.First, scales.Shift, values.Slice(i + 8, 8));
                Put(q.C, scales.Second, scales.Shift, values.Slice(i + 16, 8));
                Put(q.D, scales.Second, scales.Shift, values.Slice(i + 24, 8));
            }
        }
    }

    public override IntegerRows? Integers { get; } = Avx2.IsSupported ? new UnpackedIntegerRows<T>() : null;

    protected override int Bytes(int numbers) => numbers / BlockInput.Part / T.Parts * T.Bytes;

    protected override float Multiply(byte* block, BlockInput x, Span<float> scratch)
    {
        Vector256<float> sum = default;
        var shift = 0f;
        for (var at = 0; at < x.Parts; block += T.Bytes)
        {
            for (var part = 0; part < T.Parts; part++, at++)
            {
                var (scales, q) = (T.Scales(block, part), T.Unpack(block, part));
                sum = Add(sum, q, x.Numbers(at), scales);
                shift += scales.Shift * x.Sum(at);
            }
        }

        return Vector256.Sum(sum) + shift;
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
