using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core;

/// <summary>
/// Sixteen outputs of a matrix of blocks side by side, four numbers of each in turn: taken apart once, and multiplied by many rows while
/// they lie in the nearest cache. The numbers have four bits, so that eight products of pairs fit sixteen bits.
/// </summary>
/// <param name="memory">As many bytes as <see cref="Bytes"/> says.</param>
/// <param name="parts">Thirty-twos of an output.</param>
internal readonly unsafe struct BlockPanel<T>(byte* memory, int parts) where T : struct, IBlock
{
    /// <summary>Outputs of a panel.</summary>
    public const int Outputs = 16;

    /// <summary>Rows that are multiplied at once.</summary>
    public const int Rows = 4;

    private const int Steps = BlockInput.Part / sizeof(int); // of four numbers
    private const int Step = Outputs * sizeof(int);
    private const int Factors = 2 * Outputs; // scales, then shifts
    private const int Stride = Steps * Step + Factors * sizeof(float); // of a part

    /// <summary>The memory that it takes.</summary>
    public static int Bytes(int parts) => parts * Stride;

    /// <summary>Takes outputs apart.</summary>
    /// <param name="blocks">The first block of the first output.</param>
    /// <param name="count">How many outputs; the others are zero.</param>
    public void Fill(byte* blocks, int count)
    {
        if (count < Outputs) new Span<byte>(memory, Bytes(parts)).Clear();
        var bytes = parts / T.Parts * T.Bytes; // of an output
        var words = stackalloc Vector256<int>[EightColumns.Count];
        for (var first = 0; first < count; first += EightColumns.Count, blocks += (long)EightColumns.Count * bytes)
        {
            for (var part = 0; part < parts; part++)
            {
                var to = memory + (long)part * Stride + first * sizeof(int);
                var block = blocks + part / T.Parts * T.Bytes;
                for (var i = 0; i < Math.Min(EightColumns.Count, count - first); i++, block += bytes)
                {
                    words[i] = (T.UnpackBytes(block, part % T.Parts) - Vector256.Create((sbyte)T.Least)).AsInt32(); // from 0 on
                    var scales = T.Scales(block, part % T.Parts);
                    var factors = (float*)(to + Steps * Step) + i;
                    (factors[0], factors[Outputs]) = (scales.First, scales.Shift + T.Least * scales.First);
                }

                EightColumns.Turn(words);
                for (var step = 0; step < Steps; step++, to += Step) words[step].Store((int*)to);
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
        for (var end = memory + Bytes(parts); w < end; w += Factors * sizeof(float), scales += 2 * Rows)
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
            Add(c, d, (float*)w, scales + 1, y + 2);
            Add(e, f, (float*)w, scales + 2, y + 4);
            Add(g, h, (float*)w, scales + 3, y + 6);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Four(sbyte* x) => Avx2.BroadcastScalarToVector256((int*)x).AsSByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector256<short> first, Vector256<short> second, float* outputs, float* row, Vector256<float>* y)
    {
        Vector256<float> scale = Vector256.Create(row[0]), sum = Vector256.Create(row[Rows]);
        y[0] = Scaled(first, outputs, scale, Vector256.MultiplyAddEstimate(Vector256.Load(outputs + Outputs), sum, y[0]));
        y[1] = Scaled(second, outputs + 8, scale, Vector256.MultiplyAddEstimate(Vector256.Load(outputs + Outputs + 8), sum, y[1]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scaled(Vector256<short> pairs, float* outputs, Vector256<float> scale, Vector256<float> y)
    {
        var whole = Avx2.MultiplyAddAdjacent(pairs, Vector256.Create((short)1));
        return Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(whole), Vector256.Load(outputs) * scale, y);
    }
}
