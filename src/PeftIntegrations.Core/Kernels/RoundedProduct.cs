using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core;

/// <summary>
/// The product of rows that are rounded to bytes by a matrix of blocks. It is as far from that of the rows themselves as they are from what
/// they are rounded to: at most 1/254 of the largest of each thirty-two numbers.
/// </summary>
/// <param name="rows">How its rows are multiplied.</param>
/// <param name="blocks">[out, bytes of a row], contiguous on the processor.</param>
internal sealed unsafe class RoundedProduct(IntegerRows rows, Tensor blocks)
{
    private const long MostNumbers = 1 << 28; // of x at once
    private const long BytesAtOnce = 1 << 15; // half of them would take a thread less time than to be woken
    private const int RowsAtOnce = 4; // they take no longer than one

    private readonly nint _start = FloatRows.Address(blocks);
    private readonly int _out = (int)blocks.size(0), _bytes = (int)blocks.size(1);

    /// <summary>Whether this is a case for it: rows in the processor's memory, and nobody asks for a gradient.</summary>
    /// <param name="x">[..., in].</param>
    /// <param name="length">in, of the weight.</param>
    public bool Serves(Tensor x, long length) => !is_grad_enabled() && !blocks.IsInvalid && FloatRows.Serves(x) && x.size(-1) == length
        && x.numel() <= MostNumbers && rows.Serves(x.numel() / length)
        && (x.dtype == ScalarType.Float32 || !Avx512F.IsSupported || FewRows.Serves(x, length)); // with it libtorch multiplies bf16 faster

    /// <summary>x·Wᵀ + b, in the type of x: [..., in] → [..., out].</summary>
    public Tensor Multiply(Tensor x, Tensor? bias)
    {
        var result = empty([.. x.shape[..^1], _out], ScalarType.Float32, device: CPU);
        var (from, to) = (new FloatRows(x), new FloatRows(result));
        var (size, together) = ((from.Count, from.Length / BlockInput.Part), rows.Together(from.Count));
        var floats = (int)(new RoundedRows(null, size, together).Bytes / sizeof(float));
        using var scratch = new FloatScratch(floats);
        fixed (float* memory = scratch.Take(floats))
        {
            var rounded = new RoundedRows((byte*)memory, size, together);
            Crew.RunRows(rounded.Groups, together * from.Length, (first, end) =>
            {
                for (var group = first; group < end; group++) rounded.Write(group, from);
            });
            Share(rounded, (float*)to.Start);
        }

        if (x.dtype != ScalarType.Float32)
        {
            using var wide = result;
            result = wide.to(x.dtype);
        }

        return bias is null ? result : result.add_(bias);
    }

    private void Share(RoundedRows x, float* y)
    {
        var panels = (_out + rows.AtOnce - 1) / rows.AtOnce;
        var bytes = (long)_out * _bytes * ((x.Count + RowsAtOnce - 1) / RowsAtOnce);
        var parts = (int)Math.Clamp(bytes / BytesAtOnce, 1, panels);
        Crew.Run(parts, part =>
        {
            var (first, last) = (Start(part), Start(part + 1));
            rows.Multiply((byte*)_start + (long)first * _bytes, x, y + first, (last - first, _out));
        });

        int Start(int part) => Math.Min(_out, (int)((long)panels * part / parts) * rows.AtOnce);
    }
}
