using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>
/// M, [r, n] with a small r, and its products with rows of x, [rows, n], and of h, [rows, r]: libtorch's are made for matrices that are
/// large both ways. All lie in fp32, row by row.
/// </summary>
/// <param name="start">Its first number.</param>
/// <param name="r">r.</param>
/// <param name="n">n.</param>
internal readonly unsafe struct ThinMatrix(float* start, int r, int n)
{
    /// <summary>r.</summary>
    public int R => r;

    /// <summary>n.</summary>
    public int N => n;

    /// <summary>One of several that lie one behind another.</summary>
    public static ThinMatrix Of(FloatRows all, int number, int r) => new(all.Read(number * r, r, null), r, all.Length);

    /// <summary>h = x·Mᵀ.</summary>
    public void Multiply(float* x, float* h, int rows) => FewRows.Multiply(start, r, x, h, (rows, n, r));

    /// <summary>x += h·M.</summary>
    public void AddTo(float* x, float* h, int rows)
    {
        var terms = new Terms(start, r, 1);
        for (var row = 0; row < rows; row += 4) Add(new(x, n, row, rows), new(h, r, row, rows), terms);
    }

    /// <summary>M += hᵀ·x.</summary>
    public void Gather(float* x, float* h, int rows)
    {
        var terms = new Terms(x, rows, r);
        for (var row = 0; row < r; row += 4) Add(new(start, n, row, r), new(h, 1, row, r), terms);
    }

    // To four rows of n come other rows of n, each times a weight.
    private void Add(Four sums, Four weights, Terms terms)
    {
        nint column = 0, stride = n, step = terms.Step;
        float* sa = sums.A, sb = sums.B, sc = sums.C, sd = sums.D, a = weights.A, b = weights.B, c = weights.C, d = weights.D;
        for (; column <= n - 16; column += 16)
        {
            Vector256<float> a0 = Vector256.Load(sa + column), a1 = Vector256.Load(sa + column + 8);
            Vector256<float> b0 = Vector256.Load(sb + column), b1 = Vector256.Load(sb + column + 8);
            Vector256<float> c0 = Vector256.Load(sc + column), c1 = Vector256.Load(sc + column + 8);
            Vector256<float> d0 = Vector256.Load(sd + column), d1 = Vector256.Load(sd + column + 8);
            var row = terms.Start + column;
            nint at = 0;
            for (var i = terms.Count; i > 0; i--, row += stride, at += step)
            {
                var (first, second) = (Vector256.Load(row), Vector256.Load(row + 8));
                var weight = Vector256.Create(a[at]);
                a0 = Vector256.MultiplyAddEstimate(first, weight, a0);
                a1 = Vector256.MultiplyAddEstimate(second, weight, a1);
                weight = Vector256.Create(b[at]);
                b0 = Vector256.MultiplyAddEstimate(first, weight, b0);
                b1 = Vector256.MultiplyAddEstimate(second, weight, b1);
                weight = Vector256.Create(c[at]);
                c0 = Vector256.MultiplyAddEstimate(first, weight, c0);
                c1 = Vector256.MultiplyAddEstimate(second, weight, c1);
                weight = Vector256.Create(d[at]);
                d0 = Vector256.MultiplyAddEstimate(first, weight, d0);
                d1 = Vector256.MultiplyAddEstimate(second, weight, d1);
            }

            a0.Store(sa + column);
            a1.Store(sa + column + 8);
            b0.Store(sb + column);
            b1.Store(sb + column + 8);
            c0.Store(sc + column);
            c1.Store(sc + column + 8);
            d0.Store(sd + column);
            d1.Store(sd + column + 8);
        }

        for (; column < n; column++) AddColumn(sums, weights, terms, column);
    }

    private void AddColumn(Four sums, Four weights, Terms terms, nint column)
    {
        var (a, b, c, d) = (sums.A[column], sums.B[column], sums.C[column], sums.D[column]);
        for (var i = 0; i < terms.Count; i++)
        {
            var (number, at) = (terms.Start[(nint)i * n + column], (nint)i * terms.Step);
            a += weights.A[at] * number;
            b += weights.B[at] * number;
            c += weights.C[at] * number;
            d += weights.D[at] * number;
        }

        (sums.A[column], sums.B[column], sums.C[column], sums.D[column]) = (a, b, c, d);
    }

    /// <summary>Where four rows begin; beyond the last one it is the last again, and what is computed twice is the same.</summary>
    private readonly struct Four(float* start, int stride, int row, int count)
    {
        public readonly float* A = start + (nint)row * stride;
        public readonly float* B = start + (nint)Math.Min(row + 1, count - 1) * stride;
        public readonly float* C = start + (nint)Math.Min(row + 2, count - 1) * stride;
        public readonly float* D = start + (nint)Math.Min(row + 3, count - 1) * stride;
    }

    /// <summary>Rows of n, and how far their weights are apart.</summary>
    private readonly struct Terms(float* start, int count, int step)
    {
        public readonly float* Start = start;
        public readonly int Count = count, Step = step;
    }
}
