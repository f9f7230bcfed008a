using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core;

/// <summary>
/// The products of <see cref="UnpackedRows{T}"/> in whole numbers, for a processor with AVX2: a few rows by the blocks as they lie, more
/// by a <see cref="BlockPanel{T}"/>.
/// </summary>
internal sealed unsafe class UnpackedIntegerRows<T> : IntegerRows where T : struct, IBlock
{
    private const int Few = 3; // rows; to take blocks apart into a panel takes as long as three products by them
    private const int Aligned = 64; // bytes of a cache line

    public override int AtOnce => BlockPanel<T>.Outputs;

    public override bool Serves(long rows) => T.Bits <= 4 || rows <= Few; // more bits overflow in a panel

    public override int Together(int rows) => rows <= Few ? 1 : BlockPanel<T>.Rows;

    public override void Multiply(byte* weights, RoundedRows x, float* y, (int Count, int Stride) outputs)
    {
        if (x.Together > 1)
        {
            MultiplyMany(weights, x, y, outputs);
            return;
        }

        var bytes = x.Parts / T.Parts * T.Bytes; // of an output
        for (var o = 0; o < outputs.Count; o++, weights += bytes, y++)
        {
            for (var row = 0; row < x.Count; row++) y[(long)row * outputs.Stride] = One(weights, x.Numbers(row), x.Scales(row), x.Parts);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first text is written before the runtime would think of it
    private static float One(byte* block, sbyte* x, float* scales, int parts)
    {
        Vector256<float> sum = default;
        var (shift, part, ones) = (0f, 0, Vector256.Create((short)1));
        for (var end = x + (long)parts * BlockInput.Part; x < end; x += BlockInput.Part, scales += 2)
        {
            var own = T.Scales(block, part);
            var pairs = Pairs(T.UnpackBytes(block, part), Vector256.Load(x)); // at most 2·128·127, as x is never -128
            var factor = Vector256.Create(own.First * scales[0]);
            if (T.HasHalves) factor = factor.WithUpper(Vector128.Create(own.Second * scales[0]));
            sum = Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(pairs, ones)), factor, sum);
            shift += own.Shift * scales[1];
            if (T.Parts > 1 && ++part < T.Parts) continue;

            block += T.Bytes;
            part = 0;
        }

        return Vector256.Sum(sum) + shift;
    }

    // The instruction takes unsigned by signed numbers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Pairs(Vector256<sbyte> q, Vector256<sbyte> x) => T.Least < 0
        ? Avx2.MultiplyAddAdjacent(Avx2.Abs(q), Avx2.Sign(x, q))
        : Avx2.MultiplyAddAdjacent(q.AsByte(), x);

    private static void MultiplyMany(byte* weights, RoundedRows x, float* y, (int Count, int Stride) outputs)
    {
        var bytes = x.Parts / T.Parts * T.Bytes; // of an output
        var products = stackalloc Vector256<float>[BlockPanel<T>.Rows * BlockPanel<T>.Outputs / 8];
        var size = BlockPanel<T>.Bytes(x.Parts);
        using var scratch = new FloatScratch((size + Aligned) / sizeof(float));
        fixed (float* memory = scratch.Take((size + Aligned) / sizeof(float)))
        {
            var panel = new BlockPanel<T>((byte*)(((nint)memory + Aligned - 1) & -Aligned), x.Parts);
            for (var first = 0; first < outputs.Count; first += BlockPanel<T>.Outputs)
            {
                var count = Math.Min(BlockPanel<T>.Outputs, outputs.Count - first);
                panel.Fill(weights + (long)first * bytes, count);
                for (var group = 0; group < x.Groups; group++)
                {
                    panel.Multiply(x.Numbers(group), x.Scales(group), products);
                    var row = group * BlockPanel<T>.Rows;
                    var from = (float*)products;
                    for (var end = Math.Min(x.Count, row + BlockPanel<T>.Rows); row < end; row++, from += BlockPanel<T>.Outputs)
                    {
                        new Span<float>(from, count).CopyTo(new(y + (long)row * outputs.Stride + first, count));
                    }
                }
            }
        }
    }
}
