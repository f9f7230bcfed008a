using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core;

/// <summary>
/// x·Wᵀ + b for a few rows of x, as decoding asks for: reading W is what takes the time, so all processors read it, in its own type,
/// whatever the type of x. Sums are fp32.
/// </summary>
public static unsafe class FewRows
{
    private const long Most = 8; // rows; for more, libtorch's products are as fast
    private const int BytesAtOnce = 1 << 16; // half of them would take a thread less time than to be woken

    /// <summary>Whether this is a case for it: few rows in the processor's memory, and nobody asks for their gradient.</summary>
    /// <param name="x">[..., in].</param>
    /// <param name="length">in, of the weight; rows of another length are left to libtorch, which says so.</param>
    public static bool Serves(Tensor x, long length) =>
        !(is_grad_enabled() && x.requires_grad) && FloatRows.Serves(x) && x.size(-1) == length && x.numel() <= Most * length;

    /// <summary>The product, in the type of x: [..., in] → [..., out].</summary>
    /// <param name="x">[..., in], one that <see cref="Serves"/>.</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null.</param>
    public static Tensor Multiply(Tensor x, FloatRows weight, Tensor? bias)
    {
        var from = new FloatRows(x);
        var result = empty([.. x.shape[..^1], weight.Count], x.dtype, device: CPU);
        var to = new FloatRows(result);
        var (read, written) = (from.Count * weight.Length, to.IsWide ? 0 : to.Count * to.Length);
        using var scratch = new FloatScratch(read + written);
        Span<float> input = scratch.Take(read), output = scratch.Take(written);
        fixed (float* numbers = input, narrow = output)
        {
            for (var row = 0; row < from.Count; row++) Prepare(from, row, input.Slice(row * from.Length, from.Length), weight.IsWide);
            var y = to.IsWide ? (float*)to.Start : narrow;
            var size = (from.Count, weight.Length, weight.Count);
            if (weight.IsWide) Run(new Product<Wide>(weight.Start, numbers, y, size));
            else Run(new Product<Narrow>(weight.Start, numbers, y, size));
            for (var row = 0; row < to.Count && !to.IsWide; row++) to.Close(row, output.Slice(row * to.Length, to.Length));
        }

        return bias is null ? result : result.add_(bias);
    }

    /// <summary>The products of fp32 weights, on the asking thread.</summary>
    /// <param name="weights">[outputs, in].</param>
    /// <param name="outputs">How many.</param>
    /// <param name="x">[rows, in].</param>
    /// <param name="y">[rows, stride].</param>
    /// <param name="size">Rows, in, and how far rows of y are apart.</param>
    internal static void Multiply(float* weights, int outputs, float* x, float* y, (int Rows, int In, int Stride) size) =>
        new Product<Wide>((byte*)weights, x, y, size).Compute(0, outputs);

    private static void Run<T>(Product<T> product) where T : struct, IStored
    {
        var parts = (int)Math.Min(product.Out, ((long)product.Out * product.In * T.Size + BytesAtOnce - 1) / BytesAtOnce);
        if (parts <= 1) product.Compute(0, product.Out);
        else Crew.Run(parts, part => product.Compute(Start(part), Start(part + 1)));

        int Start(int part) => (int)((long)product.Out * part / parts);
    }

    private static void Prepare(FloatRows from, int row, Span<float> numbers, bool asTheyAre)
    {
        var read = from.Read(row, numbers);
        if (asTheyAre && from.IsWide) read.CopyTo(numbers);
        if (!asTheyAre) Part(read, numbers);
    }

    // Each sixteen as the even ones, then the odd ones: so the halves of a bf16 pair meet theirs without being sorted.
    private static void Part(ReadOnlySpan<float> from, Span<float> to)
    {
        var i = 0;
        for (; i <= from.Length - 16; i += 16)
        {
            var first = Vector256.Create(from.Slice(i, 8)).AsUInt64();
            var second = Vector256.Create(from.Slice(i + 8, 8)).AsUInt64();
            Vector256.Narrow(first, second).AsSingle().CopyTo(to[i..]);
            Vector256.Narrow(first >>> 32, second >>> 32).AsSingle().CopyTo(to[(i + 8)..]);
        }

        from[i..].CopyTo(to[i..]);
    }

    private interface IStored
    {
        static abstract int Size { get; }

        static abstract float Read(byte* number);

        /// <summary>Sixteen numbers, as the sixteen of x that meet them lie.</summary>
        static abstract (Vector256<float> First, Vector256<float> Second) Sixteen(byte* numbers);
    }

    private readonly struct Wide : IStored
    {
        public static int Size => sizeof(float);

        public static float Read(byte* number) => *(float*)number;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector256<float> First, Vector256<float> Second) Sixteen(byte* numbers) =>
            (Vector256.Load((float*)numbers), Vector256.Load((float*)numbers + 8));
    }

    private readonly struct Narrow : IStored
    {
        private const int Ahead = 2048; // bytes; the processor's own guess comes later: 17 GB/s a thread, and 15 without

        public static int Size => sizeof(ushort);

        public static float Read(byte* number) => BFloat16.Widen(*(ushort*)number);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector256<float> First, Vector256<float> Second) Sixteen(byte* numbers)
        {
            if (Sse.IsSupported) Sse.Prefetch0(numbers + Ahead);
            var pairs = Vector256.Load((uint*)numbers);
            return ((pairs << 16).AsSingle(), (pairs & Vector256.Create(0xFFFF0000)).AsSingle());
        }
    }

    private readonly struct Product<T>(byte* w, float* x, float* y, (int Rows, int In, int Out) size) where T : struct, IStored
    {
        public int In => size.In;

        public int Out => size.Out;

        public void Compute(int first, int last)
        {
            for (var o = first; o < last && size.Rows == 1; o++) y[o] = OneRow(Weights(o));
            for (var row = 0; row < size.Rows && size.Rows > 1; row += 4)
            {
                for (var o = first; o < last; o += 2) TwoOfFourRows(o, Math.Min(o + 1, last - 1), row);
            }
        }

        // Four sums, as one would wait for itself.
        private float OneRow(byte* weights)
        {
            Vector256<float> a = default, b = default, c = default, d = default;
            var i = 0;
            var at = x;
            for (; i <= size.In - 64; i += 64, at += 64, weights += 64 * T.Size)
            {
                a = Add(a, T.Sixteen(weights), at);
                b = Add(b, T.Sixteen(weights + 16 * T.Size), at + 16);
                c = Add(c, T.Sixteen(weights + 32 * T.Size), at + 32);
                d = Add(d, T.Sixteen(weights + 48 * T.Size), at + 48);
            }

            for (; i <= size.In - 16; i += 16, at += 16, weights += 16 * T.Size) a = Add(a, T.Sixteen(weights), at);

            var sum = Vector256.Sum(a + b + (c + d));
            for (; i < size.In; i++, at++, weights += T.Size) sum += T.Read(weights) * *at;
            return sum;
        }

        // Two rows of W and four of x, eight sums that need not wait for each other. Beyond the last row of x that one is computed again.
        private void TwoOfFourRows(int o, int next, int row)
        {
            float* x0 = Row(row), x1 = Row(row + 1), x2 = Row(row + 2), x3 = Row(row + 3);
            byte* weights = Weights(o), others = Weights(next);
            var soon = x + (long)(row + 4 + o / 2 % 4) * size.In; // the next four rows, one each time: they may come from far
            Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
            nint i = 0, last = size.In - 16;
            for (; i <= last; i += 16)
            {
                if (Sse.IsSupported) Sse.Prefetch0(soon + i);
                var (w, v) = (T.Sixteen(weights + i * T.Size), T.Sixteen(others + i * T.Size));
                a = Add(a, w, x0 + i);
                e = Add(e, v, x0 + i);
                b = Add(b, w, x1 + i);
                f = Add(f, v, x1 + i);
                c = Add(c, w, x2 + i);
                g = Add(g, v, x2 + i);
                d = Add(d, w, x3 + i);
                h = Add(h, v, x3 + i);
            }

            // All before the first call, as what lives across one is stored in each turn of the loop.
            var sums = (Vector256.Sum(a), Vector256.Sum(b), Vector256.Sum(c), Vector256.Sum(d));
            var ofNext = (Vector256.Sum(e), Vector256.Sum(f), Vector256.Sum(g), Vector256.Sum(h));
            Store(o, row, sums, (int)i);
            Store(next, row, ofNext, (int)i);
        }

        private void Store(int o, int row, (float A, float B, float C, float D) sums, int from)
        {
            var result = y + (long)row * size.Out + o;
            var weights = Weights(o);
            result[0] = sums.A + Rest(weights, Row(row), from);
            if (row + 1 < size.Rows) result[size.Out] = sums.B + Rest(weights, Row(row + 1), from);
            if (row + 2 < size.Rows) result[2L * size.Out] = sums.C + Rest(weights, Row(row + 2), from);
            if (row + 3 < size.Rows) result[3L * size.Out] = sums.D + Rest(weights, Row(row + 3), from);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> Add(Vector256<float> sum, (Vector256<float> First, Vector256<float> Second) numbers, float* x) =>
            Vector256.MultiplyAddEstimate(
                numbers.Second, Vector256.Load(x + 8), Vector256.MultiplyAddEstimate(numbers.First, Vector256.Load(x), sum));

        private byte* Weights(int o) => w + (long)o * size.In * T.Size;

        private float* Row(int row) => x + (long)Math.Min(row, size.Rows - 1) * size.In;

        private float Rest(byte* weights, float* row, int from)
        {
            var sum = 0f;
            for (var i = from; i < size.In; i++) sum += T.Read(weights + (nint)i * T.Size) * row[i];
            return sum;
        }
    }
}
