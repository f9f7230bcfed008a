using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

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

    /// <summary>M += another of its size.</summary>
    public void Add(ThinMatrix other) => TensorPrimitives.Add(Numbers, other.Numbers, Numbers);

    private Span<float> Numbers => new(start, r * n);

    // To each of four rows of n come the terms, rows of n too, times the weights that they have for it.
    private void Add(Four sums, Four weights, Terms terms)
    {
        float* a = weights.A, b = weights.B, c = weights.C, d = weights.D;
        nint column = 0, stride = n, step = terms.Step;
        for (; column <= stride - 16; column += 16)
        {
            sums.Prefetch(column + 4 * stride); // the next four rows: they may come from far
            float* toA = sums.A + column, toB = sums.B + column, toC = sums.C + column, toD = sums.D + column;
            Sixteen sumA = Sixteen.Load(toA), sumB = Sixteen.Load(toB), sumC = Sixteen.Load(toC), sumD = Sixteen.Load(toD);
            var row = terms.Start + column;
            nint at = 0;
            for (var i = terms.Count; i > 0; i--, row += stride, at += step)
            {
                var numbers = Sixteen.Load(row);
                sumA = sumA.Plus(numbers, a[at]);
                sumB = sumB.Plus(numbers, b[at]);
                sumC = sumC.Plus(numbers, c[at]);
                sumD = sumD.Plus(numbers, d[at]);
            }

            sumA.Store(toA);
            sumB.Store(toB);
            sumC.Store(toC);
            sumD.Store(toD);
        }

        for (; column < stride; column++) AddColumn(sums, weights, terms, column);
    }

    private void AddColumn(Four sums, Four weights, Terms terms, nint column)
    {
        var (a, b, c, d) = (sums.A[column], sums.B[column], sums.C[column], sums.D[column]);
        for (nint i = 0; i < terms.Count; i++)
        {
            var (number, at) = (terms.Start[i * n + column], i * terms.Step);
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

        public void Prefetch(nint column)
        {
            if (!Sse.IsSupported) return;

            Sse.Prefetch0(A + column);
            Sse.Prefetch0(B + column);
            Sse.Prefetch0(C + column);
            Sse.Prefetch0(D + column);
        }
    }

    /// <summary>Rows of n, and how far their weights are apart.</summary>
    private readonly struct Terms(float* start, int count, int step)
    {
        public readonly float* Start = start;
        public readonly int Count = count, Step = step;
    }

    /// <summary>Sixteen numbers of a row.</summary>
    private readonly struct Sixteen(Vector256<float> first, Vector256<float> second)
    {
        private readonly Vector256<float> _first = first, _second = second;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Sixteen Load(float* numbers) => new(Vector256.Load(numbers), Vector256.Load(numbers + 8));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Sixteen Plus(Sixteen numbers, float weight)
        {
            var each = Vector256.Create(weight);
            return new(
                Vector256.MultiplyAddEstimate(numbers._first, each, _first), Vector256.MultiplyAddEstimate(numbers._second, each, _second));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store(float* numbers)
        {
            _first.Store(numbers);
            _second.Store(numbers + 8);
        }
    }
}
