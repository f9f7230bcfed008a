using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>
/// s·B·A·x for many rows of x, and its gradients, each in one sweep over the rows: a block of them goes through all products while it lies
/// in the processor's own memory. A and B are read in fp32, and sums are fp32, whatever the type of x.
/// </summary>
public static unsafe class LowRankSweep
{
    private const int Block = 16; // rows
    private const int RowsAtOnce = 64; // of the gradients, whose parts have sums of their own
    private const long HighestRank = 32; // from there on libtorch's products are as fast

    /// <summary>Whether this is a case for it: a small rank, all in the processor's memory, and nobody asks for a gradient.</summary>
    /// <param name="y">[..., out].</param>
    /// <param name="x">[..., in], as many rows.</param>
    /// <param name="a">A, [r, in].</param>
    /// <param name="b">B, [out, r].</param>
    public static bool Serves(Tensor y, Tensor x, Tensor a, Tensor b) =>
        Vector256.IsHardwareAccelerated && !is_grad_enabled() && a.size(0) <= HighestRank
        && FloatRows.Serves(a) && FloatRows.Serves(b) && FloatRows.Serves(x) && FloatRows.Serves(y)
        && x.size(-1) == a.size(1) && y.size(-1) == b.size(0) && x.numel() / a.size(1) == y.numel() / b.size(0);

    /// <summary>y += s·h·Bᵀ with h = x·Aᵀ, which is given back: [rows, r] in fp32.</summary>
    /// <param name="y">[..., out].</param>
    /// <param name="x">[..., in].</param>
    /// <param name="factors">A, [r, in], B, [out, r], and s.</param>
    public static Tensor AddTo(Tensor y, Tensor x, (Tensor A, Tensor B, float S) factors)
    {
        using var scope = NewDisposeScope(); // holds what pointers lead to
        var (to, from, (a, b)) = (new FloatRows(y), new FloatRows(x), Thin(factors));
        var kept = empty(from.Count, a.R, ScalarType.Float32, device: CPU);
        var h = new FloatRows(kept);
        Crew.RunRows(from.Count, from.Length + to.Length, (first, end) =>
        {
            using var scratch = new FloatScratch(Block * (from.Length + to.Length));
            fixed (float* input = scratch.Take(Block * from.Length), output = scratch.Take(Block * to.Length))
            {
                for (var row = first; row < end; row += Block)
                {
                    var rows = Math.Min(Block, end - row);
                    var product = h.Read(row, rows, null);
                    a.Multiply(from.Read(row, rows, input), product, rows); // h = x·Aᵀ
                    var sum = to.Read(row, rows, output);
                    b.AddTo(sum, product, rows); // y += h·s·Bᵀ
                    to.Close(row, rows, sum);
                }
            }
        });
        return kept.MoveToOuterDisposeScope();
    }

    /// <summary>With g, the gradient by y, and gb = s·g·B: gbᵀ·x by A and s·gᵀ·h by B; gb·A is added to that by x.</summary>
    /// <param name="gradient">g, [..., out].</param>
    /// <param name="h">What <see cref="AddTo"/> gave.</param>
    /// <param name="x">[..., in].</param>
    /// <param name="factors">A, [r, in], B, [out, r], and s.</param>
    /// <param name="byX">[..., in], contiguous; null where nobody asks for it.</param>
    public static (Tensor ByA, Tensor ByB) Gradients(
        Tensor gradient, Tensor h, Tensor x, (Tensor A, Tensor B, float S) factors, Tensor? byX)
    {
        using var scope = NewDisposeScope(); // holds what pointers lead to
        var (rows, (a, b)) = (new Rows(new(gradient), new(h), new(x), byX is null ? null : new(byX)), Thin(factors));
        var parts = Math.Clamp(rows.G.Count / RowsAtOnce, 1, 4 * Crew.Size);
        var byA = zeros(parts, a.R, a.N, ScalarType.Float32, device: CPU);
        var byB = zeros(parts, b.R, b.N, ScalarType.Float32, device: CPU);
        var (sumsOfA, sumsOfB) = (new FloatRows(byA), new FloatRows(byB));
        Crew.Run(parts, part => Add(rows, (Start(part), Start(part + 1)), (a, b), Sums(part)));
        for (var part = 1; part < parts; part++) // in their order, whichever was done first
        {
            Sums(0).A.Add(Sums(part).A);
            Sums(0).B.Add(Sums(part).B);
        }

        return (byA[0].to(factors.A.dtype, copy: true).MoveToOuterDisposeScope(),
            byB[0].t().mul(factors.S).contiguous().to(factors.B.dtype).MoveToOuterDisposeScope());

        (ThinMatrix A, ThinMatrix B) Sums(int part) => (ThinMatrix.Of(sumsOfA, part, a.R), ThinMatrix.Of(sumsOfB, part, b.R));

        int Start(int part) => (int)((long)rows.G.Count * part / parts);
    }

    private static void Add(Rows of, (int First, int End) range, (ThinMatrix A, ThinMatrix B) factors, (ThinMatrix A, ThinMatrix B) sums)
    {
        var (@in, @out, r) = (of.X.Length, of.G.Length, factors.A.R);
        using var scratch = new FloatScratch(Block * (2 * @in + @out + r));
        Span<float> inputs = scratch.Take(Block * @in), outputs = scratch.Take(Block * @out);
        fixed (float* input = inputs, output = outputs, byInput = scratch.Take(Block * @in), gb = scratch.Take(Block * r))
        {
            for (var row = range.First; row < range.End; row += Block)
            {
                var rows = Math.Min(Block, range.End - row);
                var g = of.G.Read(row, rows, output);
                factors.B.Multiply(g, gb, rows); // gb = g·s·B
                sums.A.Gather(of.X.Read(row, rows, input), gb, rows); // gbᵀ·x
                sums.B.Gather(g, of.H.Read(row, rows, null), rows); // hᵀ·g
                if (of.ByX is not { } byX) continue;

                var sum = byX.Read(row, rows, byInput);
                factors.A.AddTo(sum, gb, rows); // gb·A
                byX.Close(row, rows, sum);
            }
        }
    }

    // A, and s·Bᵀ.
    private static (ThinMatrix A, ThinMatrix B) Thin((Tensor A, Tensor B, float S) factors)
    {
        var (a, b) = (factors.A.to(ScalarType.Float32), factors.B.to(ScalarType.Float32).t().mul(factors.S).contiguous());
        return (ThinMatrix.Of(new(a), 0, (int)a.size(0)), ThinMatrix.Of(new(b), 0, (int)b.size(0)));
    }

    private readonly record struct Rows(FloatRows G, FloatRows H, FloatRows X, FloatRows? ByX);
}
