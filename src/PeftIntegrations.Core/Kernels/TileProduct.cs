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

    private const int DepthAtOnce = 256; // sixteen columns of it are half of the nearest cache

    /// <summary>C = A·B.</summary>
    /// <param name="a">[rows, depth], as it lies or turned.</param>
    /// <param name="b">[depth, columns / <see cref="Columns"/>], of sixteen numbers that lie side by side.</param>
    /// <param name="c">[rows, columns / <see cref="Columns"/>], likewise.</param>
    /// <param name="size">Rows, columns and depth; columns are a multiple of <see cref="Columns"/>.</param>
    public static void Put(Tile a, Tile b, Tile c, (int Rows, int Columns, int Depth) size)
    {
        for (var row = 0; row < size.Rows; row++)
        {
            for (var panel = 0; panel < size.Columns / Columns; panel++) new Span<float>(c.At(row, panel), Columns).Clear();
        }

        Add(a, b, c, size);
    }

    /// <summary>C += A·B.</summary>
    /// <inheritdoc cref="Put"/>
    public static void Add(Tile a, Tile b, Tile c, (int Rows, int Columns, int Depth) size)
    {
        for (var from = 0; from < size.Depth; from += DepthAtOnce)
        {
            var depth = Math.Min(DepthAtOnce, size.Depth - from);
            for (var panel = 0; panel < size.Columns / Columns; panel++)
            {
                for (var row = 0; row < size.Rows; row += Rows) AddSix(a.From(row, from), b.From(from, panel), c.From(row, panel), depth);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first prompt is read before the runtime would think of it
    private static void AddSix(Tile left, Tile right, Tile target, int depth)
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

        Store(target.At(0, 0), a0, a1);
        Store(target.At(1, 0), b0, b1);
        Store(target.At(2, 0), c0, c1);
        Store(target.At(3, 0), d0, d1);
        Store(target.At(4, 0), e0, e1);
        Store(target.At(5, 0), f0, f1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, Vector256<float> low, Vector256<float> high)
    {
        (Vector256.Load(to) + low).Store(to);
        (Vector256.Load(to + 8) + high).Store(to + 8);
    }
}
