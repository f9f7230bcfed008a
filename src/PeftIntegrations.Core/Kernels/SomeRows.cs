using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core;

/// <summary>
/// x·Wᵀ + b and g·W for rows of fp32 that are more than <see cref="FewRows"/> and fewer than it takes to forget what reading W costs, such
/// as those of a short prompt: sixteen columns of a result at a time, what W has for them is widened, put side by side and multiplied while
/// it lies in the nearest caches, where libtorch would write all of W anew, twice.
/// </summary>
public static unsafe class SomeRows
{
    private const long Most = 512; // rows; for more, libtorch's products are as fast
    private const int Panel = TileProduct.Columns;

    private delegate void Filling(int panel, float* target, float* scratch);

    /// <summary>Whether this is a case for it: some rows in the processor's memory, and nobody asks for their gradient.</summary>
    /// <param name="x">[..., in].</param>
    /// <param name="weight">[out, in].</param>
    public static bool Serves(Tensor x, FloatRows weight) => Serves(x, weight.Length, weight.Count);

    /// <summary>The same for <see cref="MultiplyBack"/>.</summary>
    /// <param name="gradient">[..., out].</param>
    /// <param name="weight">[out, in].</param>
    public static bool ServesBack(Tensor gradient, FloatRows weight) => Serves(gradient, weight.Count, weight.Length);

    /// <summary>x·Wᵀ + b: [..., in] → [..., out].</summary>
    /// <param name="x">[..., in], one that it <see cref="Serves(Tensor, FloatRows)"/>.</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null.</param>
    public static Tensor Multiply(Tensor x, FloatRows weight, Tensor? bias)
    {
        var result = Product(x, weight.Count, (panel, target, scratch) =>
            TileProduct.Turn(weight.Read(panel * Panel, Panel, scratch), weight.Length, target));
        return bias is null ? result : result.add_(bias);
    }

    /// <summary>g·W: [..., out] → [..., in].</summary>
    /// <param name="gradient">[..., out], one that it <see cref="ServesBack"/>.</param>
    /// <param name="weight">[out, in].</param>
    public static Tensor MultiplyBack(Tensor gradient, FloatRows weight) => Product(gradient, weight.Length, (panel, target, _) =>
    {
        for (var row = 0; row < weight.Count; row++, target += Panel) weight.Copy(row, panel * Panel, new(target, Panel));
    });

    private static bool Serves(Tensor x, int depth, int columns) =>
        Avx2.IsSupported && !Vector512.IsHardwareAccelerated && !(is_grad_enabled() && x.requires_grad) && x.dtype == ScalarType.Float32
        && FloatRows.Serves(x) && x.size(-1) == depth && columns % Panel == 0 && x.numel() <= Most * depth;

    private static Tensor Product(Tensor x, int columns, Filling fill)
    {
        using var span = KernelTelemetry.Start(nameof(FrozenWeight));
        var result = empty([.. x.shape[..^1], columns], x.dtype, device: CPU);
        var (from, to) = (new FloatRows(x), new FloatRows(result));
        var (depth, rest) = (from.Length, from.Count % TileProduct.Rows);
        Crew.RunRows(columns / Panel, Panel * depth, (first, end) =>
        {
            using var scratch = new FloatScratch((2 * Panel + TileProduct.Rows) * depth + TileProduct.Rows * Panel);
            fixed (float* memory = scratch.Take(Panel * depth), panel = scratch.Take(Panel * depth))
            fixed (float* last = scratch.Take(TileProduct.Rows * depth), sums = scratch.Take(TileProduct.Rows * Panel))
            {
                Copy(from.Read(from.Count - rest, rest, null), depth, last, depth, (rest, depth));
                for (var i = first; i < end; i++)
                {
                    fill(i, panel, memory);
                    var y = to.Read(0, 1, null) + i * Panel;
                    Put(from.Read(0, 1, null), panel, y, (from.Count - rest, columns, depth));
                    if (rest == 0) continue;

                    Put(last, panel, sums, (rest, Panel, depth));
                    Copy(sums, Panel, y + (nint)(from.Count - rest) * columns, columns, (rest, Panel));
                }
            }
        });
        return result;
    }

    private static void Put(float* x, float* panel, float* y, (int Rows, int Stride, int Depth) size) =>
        TileProduct.Put(new(x, size.Depth, 1), new(panel, Panel, 0), new(y, size.Stride, 0), (size.Rows, Panel, size.Depth));

    // Rows that are no six are computed where there is room for one.
    private static void Copy(float* from, int step, float* to, int stride, (int Rows, int Length) size)
    {
        for (var row = 0; row < size.Rows; row++, from += step, to += stride)
        {
            new ReadOnlySpan<float>(from, size.Length).CopyTo(new(to, size.Length));
        }
    }
}
