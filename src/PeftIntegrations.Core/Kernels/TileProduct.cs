using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>
/// Products of fp32 matrices that lie in the nearest caches, such as the scores of some queries: six rows by sixteen columns at a time, as
/// many as there are registers for.
/// </summary>
internal static unsafe class TileProduct
{
    /// <summary>Rows are computed so many at a time: memory of A and C reaches to a multiple of it.</summary>
    public const int Rows = 6;

    /// <summary>Columns are computed so many at a time.</summary>
    public const int Columns = 16;

    private const int DepthAtOnce = 800; // of which sixteen columns and six rows are a small part of the second cache

    /// <summary>C = A·B.</summary>
    /// <param name="a">[rows, depth], as it lies or turned.</param>
    /// <param name="b">[depth, columns / <see cref="Columns"/>], of sixteen numbers that lie side by side.</param>
    /// <param name="c">[rows, columns / <see cref="Columns"/>], likewise.</param>
    /// <param name="size">Rows, columns and depth; columns are a multiple of <see cref="Columns"/>.</param>
    public static void Put(Tile a, Tile b, Tile c, (int Rows, int Columns, int Depth) size) => Run(a, b, c, size, adds: false);

    /// <summary>C += A·B.</summary>
    /// <inheritdoc cref="Put"/>
    public static void Add(Tile a, Tile b, Tile c, (int Rows, int Columns, int Depth) size) => Run(a, b, c, size, adds: true);

    /// <summary>Puts sixteen rows side by side: one number of each, and then the next.</summary>
    /// <param name="rows">The first of them; they lie one behind another.</param>
    /// <param name="length">Numbers of a row.</param>
    /// <param name="target">[length, 16].</param>
    public static void Turn(float* rows, int length, float* target)
    {
        var eight = stackalloc Vector256<int>[EightColumns.Count];
        nint at = 0;
        for (; at <= length - EightColumns.Count; at += EightColumns.Count)
        {
            for (nint first = 0; first < Columns; first += EightColumns.Count)
            {
                for (nint i = 0; i < EightColumns.Count; i++) eight[i] = Vector256.Load((int*)rows + ((first + i) * length) + at);
                EightColumns.Turn(eight);
                for (nint i = 0; i < EightColumns.Count; i++) eight[i].Store((int*)target + ((at + i) * Columns) + first);
            }
        }

        for (; at < length; at++)
        {
            for (nint row = 0; row < Columns; row++) target[(at * Columns) + row] = rows[(row * length) + at];
        }
    }

    private static void Run(Tile a, Tile b, Tile c, (int Rows, int Columns, int Depth) size, bool adds)
    {
        var steps = (size.Depth + DepthAtOnce - 1) / DepthAtOnce;
        for (var step = 0; step < steps; step++, adds = true)
        {
            int from = Start(step), depth = Start(step + 1) - from;
            for (var panel = 0; panel < size.Columns / Columns; panel++)
            {
                var right = b.From(from, panel);
                for (var row = 0; row < size.Rows; row += Rows) Six(a.From(row, from), right, c.From(row, panel), depth, adds);
            }
        }

        int Start(int step) => (int)((long)size.Depth * step / steps);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first prompt is read before the runtime would think of it
    private static void Six(Tile left, Tile right, Tile target, int depth, bool adds)
    {
        float* a = left.Start, b = right.Start;
        nint next = left.Right, below = right.Down;
        nint r1 = left.Down, r2 = 2 * r1, r3 = 3 * r1, r4 = 4 * r1, r5 = 5 * r1;
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
        Vector256<float> d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
        for (; depth > 0; depth--, a += next, b += below)
        {
            Vector256<float> x = Vector256.Load(b), y = Vector256.Load(b + 8);
            var factor = Vector256.Create(*a);
            (a0, a1) = (Vector256.MultiplyAddEstimate(factor, x, a0), Vector256.MultiplyAddEstimate(factor, y, a1));
            factor = Vector256.Create(a[r1]);
            (b0, b1) = (Vector256.MultiplyAddEstimate(factor, x, b0), Vector256.MultiplyAddEstimate(factor, y, b1));
            factor = Vector256.Create(a[r2]);
            (c0, c1) = (Vector256.MultiplyAddEstimate(factor, x, c0), Vector256.MultiplyAddEstimate(factor, y, c1));
            factor = Vector256.Create(a[r3]);
            (d0, d1) = (Vector256.MultiplyAddEstimate(factor, x, d0), Vector256.MultiplyAddEstimate(factor, y, d1));
            factor = Vector256.Create(a[r4]);
            (e0, e1) = (Vector256.MultiplyAddEstimate(factor, x, e0), Vector256.MultiplyAddEstimate(factor, y, e1));
            factor = Vector256.Create(a[r5]);
            (f0, f1) = (Vector256.MultiplyAddEstimate(factor, x, f0), Vector256.MultiplyAddEstimate(factor, y, f1));
        }

        Store(target.At(0, 0), a0, a1, adds);
        Store(target.At(1, 0), b0, b1, adds);
        Store(target.At(2, 0), c0, c1, adds);
        Store(target.At(3, 0), d0, d1, adds);
        Store(target.At(4, 0), e0, e1, adds);
        Store(target.At(5, 0), f0, f1, adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, Vector256<float> low, Vector256<float> high, bool adds)
    {
        if (adds) (low, high) = (low + Vector256.Load(to), high + Vector256.Load(to + 8));
        low.Store(to);
        high.Store(to + 8);
    }
}
