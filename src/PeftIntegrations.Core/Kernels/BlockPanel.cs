using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core;

/// <summary>
/// Some outputs of a matrix of blocks side by side, four numbers of each in turn: taken apart once, and multiplied by many rows while they
/// lie in the nearest cache. A number has four bits, so that eight products of pairs fit sixteen bits; one of more bits is kept as two.
/// </summary>
/// <param name="memory">As many bytes as <see cref="Bytes"/> says.</param>
/// <param name="parts">Thirty-twos of an output.</param>
internal readonly unsafe struct BlockPanel<T>(byte* memory, int parts) where T : struct, IBlock
{
    /// <summary>Rows that are multiplied at once.</summary>
    public const int Rows = 4;

    /// <summary>Most vectors of products.</summary>
    public const int Sums = 2 * Rows;

    private const int Columns = 16; // words of a step
    private const int Step = Columns * sizeof(int);
    private const int Words = BlockInput.Part / sizeof(int);

    /// <summary>Outputs of a panel.</summary>
    public static int Outputs => IsWide ? Columns / 2 : Columns;

    /// <summary>Slices of a part, each with scales of its own.</summary>
    public static int Halves => T.HasHalves ? 2 : 1;

    private static bool IsWide => T.Bits > 4;

    private static int Steps => Words / Halves;

    private static int Slice => Steps * Step + 2 * Outputs * sizeof(float); // the numbers, then scales, then shifts

    /// <summary>The memory that it takes.</summary>
    public static int Bytes(int parts) => parts * Halves * Slice;

    /// <summary>Takes outputs apart.</summary>
    /// <param name="blocks">The first block of the first output.</param>
    /// <param name="count">How many outputs; the others are zero.</param>
    public void Fill(byte* blocks, int count)
    {
        if (count < Outputs) new Span<byte>(memory, Bytes(parts)).Clear();
        int* low = stackalloc int[Words], high = stackalloc int[Words];
        for (var o = 0; o < count; o++)
        {
            for (var part = 0; part < parts; blocks += T.Bytes)
            {
                for (var i = 0; i < T.Parts; i++, part++)
                {
                    var q = (T.UnpackBytes(blocks, i) - Vector256.Create((sbyte)T.Least)).AsUInt16(); // from 0 on
                    var fifteen = Packed.FifteenBytes.AsUInt16();
                    (q & fifteen).Store((ushort*)low);
                    (q >>> 4 & fifteen).Store((ushort*)high);
                    Put(part, o, low, high, T.Scales(blocks, i));
                }
            }
        }
    }

    /// <summary>Its products with the rows of a group.</summary>
    /// <param name="x">Their numbers.</param>
    /// <param name="scales">What belongs to them.</param>
    /// <param name="y">[rows, outputs] of the products.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first prompt is read before the runtime would think of it
    public void Multiply(sbyte* x, float* scales, Vector256<float>* y)
    {
        new Span<float>(y, Rows * Outputs).Clear();
        var w = memory;
        for (var end = memory + Bytes(parts); w < end; w += 2 * Outputs * sizeof(float), scales += 2 * Rows)
        {
            Vector256<short> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
            for (var stop = w + Steps * Step; w < stop; w += Step, x += Rows * sizeof(int))
            {
                Vector256<byte> first = Vector256.Load(w), second = Vector256.Load(w + Step / 2);
                var row = Four(x);
                a += Avx2.MultiplyAddAdjacent(first, row);
                b += Avx2.MultiplyAddAdjacent(second, row);
                row = Four(x + 4);
                c += Avx2.MultiplyAddAdjacent(first, row);
                d += Avx2.MultiplyAddAdjacent(second, row);
                row = Four(x + 8);
                e += Avx2.MultiplyAddAdjacent(first, row);
                f += Avx2.MultiplyAddAdjacent(second, row);
                row = Four(x + 12);
                g += Avx2.MultiplyAddAdjacent(first, row);
                h += Avx2.MultiplyAddAdjacent(second, row);
            }

            Add(a, b, (float*)w, scales, y);
            Add(c, d, (float*)w, scales + 1, y + Outputs / 8);
            Add(e, f, (float*)w, scales + 2, y + 2 * (Outputs / 8));
            Add(g, h, (float*)w, scales + 3, y + 3 * (Outputs / 8));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Four(sbyte* x) => Avx2.BroadcastScalarToVector256((int*)x).AsSByte();

    // The sums of a row: of sixteen outputs, or of the low and the high bits of eight.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector256<short> first, Vector256<short> second, float* outputs, float* row, Vector256<float>* y)
    {
        Vector256<float> scale = Vector256.Create(row[0]), sum = Vector256.Create(row[Rows]);
        var whole = Avx2.MultiplyAddAdjacent(first, Vector256.Create((short)1));
        var others = Avx2.MultiplyAddAdjacent(second, Vector256.Create((short)(IsWide ? 16 : 1)));
        if (IsWide) whole += others;
        else y[1] = Scaled(others, outputs + 8, scale, sum, y[1]);
        y[0] = Scaled(whole, outputs, scale, sum, y[0]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scaled(
        Vector256<int> whole, float* outputs, Vector256<float> scale, Vector256<float> sum, Vector256<float> y)
    {
        y = Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(whole), Vector256.Load(outputs) * scale, y);
        return Vector256.MultiplyAddEstimate(Vector256.Load(outputs + Outputs), sum, y);
    }

    private void Put(int part, int o, int* low, int* high, BlockScales scales)
    {
        for (var half = 0; half < Halves; half++, low += Steps, high += Steps)
        {
            var slice = memory + (long)(part * Halves + half) * Slice;
            for (var step = 0; step < Steps; step++)
            {
                var words = (int*)(slice + step * Step);
                words[o] = low[step];
                if (IsWide) words[Columns / 2 + o] = high[step];
            }

            var factors = (float*)(slice + Steps * Step);
            var scale = half == 0 ? scales.First : scales.Second;
            factors[o] = scale;
            factors[Outputs + o] = scales.Shift + T.Least * scale;
        }
    }
}
