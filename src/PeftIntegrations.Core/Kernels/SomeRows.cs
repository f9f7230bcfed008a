using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core;

/// <summary>
/// x·Wᵀ + b for rows of fp32 that are more than <see cref="FewRows"/> and fewer than it takes to forget what reading W costs, such as those
/// of a short prompt: sixteen rows of W at a time are widened, turned and multiplied while they lie in the nearest caches, where libtorch
/// would write all of W anew, twice.
/// </summary>
public static unsafe class SomeRows
{
    private const long Most = 384; // rows; for more, libtorch's products are as fast
    private const int Panel = TileProduct.Columns;

    /// <summary>Whether this is a case for it: some rows in the processor's memory, and nobody asks for their gradient.</summary>
    /// <param name="x">[..., in].</param>
    /// <param name="weight">[out, in].</param>
    public static bool Serves(Tensor x, FloatRows weight) =>
        Avx2.IsSupported && !Vector512.IsHardwareAccelerated && !(is_grad_enabled() && x.requires_grad) && x.dtype == ScalarType.Float32
        && FloatRows.Serves(x) && x.size(-1) == weight.Length && weight.Count % Panel == 0 && x.numel() <= Most * weight.Length;

    /// <summary>The product: [..., in] → [..., out].</summary>
    /// <param name="x">[..., in], one that <see cref="Serves"/>.</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null.</param>
    public static Tensor Multiply(Tensor x, FloatRows weight, Tensor? bias)
    {
        using var span = KernelTelemetry.Start(nameof(FrozenWeight));
        var result = empty([.. x.shape[..^1], weight.Count], x.dtype, device: CPU);
        var (from, to) = (new FloatRows(x), new FloatRows(result));
        var rest = from.Count % TileProduct.Rows;
        Crew.RunRows(weight.Count / Panel, Panel * weight.Length, (first, end) =>
        {
            using var scratch = new FloatScratch((2 * Panel + TileProduct.Rows) * weight.Length + TileProduct.Rows * Panel);
            fixed (float* widened = scratch.Take(Panel * weight.Length), panel = scratch.Take(Panel * weight.Length))
            fixed (float* last = scratch.Take(TileProduct.Rows * weight.Length), sums = scratch.Take(TileProduct.Rows * Panel))
            {
                Copy(from.Read(from.Count - rest, rest, null), from.Length, last, from.Length, (rest, from.Length));
                for (var i = first; i < end; i++)
                {
                    TileProduct.Turn(weight.Read(i * Panel, Panel, widened), weight.Length, panel);
                    var y = to.Read(0, 1, null) + i * Panel;
                    Put(from.Read(0, 1, null), panel, y, (from.Count - rest, to.Length, from.Length));
                    if (rest == 0) continue;

                    Put(last, panel, sums, (rest, Panel, from.Length));
                    Copy(sums, Panel, y + (nint)(from.Count - rest) * to.Length, to.Length, (rest, Panel));
                }
            }
        });
        return bias is null ? result : result.add_(bias);
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
