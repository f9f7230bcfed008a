namespace PeftIntegrations.Core;

/// <summary>The product of <see cref="FewRows"/> by a matrix of blocks, which stays as it lies in memory.</summary>
/// <param name="rows">How its rows are multiplied.</param>
/// <param name="blocks">[out, bytes of a row], contiguous on the processor.</param>
internal sealed unsafe class BlockProduct(BlockRows rows, Tensor blocks)
{
    private const long BytesAtOnce = 1 << 15; // half of them would take a thread less time than to be woken

    private readonly nint _start = FloatRows.Address(blocks);
    private readonly int _out = (int)blocks.size(0), _bytes = (int)blocks.size(1);

    /// <summary>x·Wᵀ + b, in the type of x: [..., in] → [..., out].</summary>
    public Tensor Multiply(Tensor x, Tensor? bias)
    {
        var result = empty([.. x.shape[..^1], _out], x.dtype, device: CPU);
        var (from, to) = (new FloatRows(x), new FloatRows(result));
        var parts = from.Length / BlockInput.Part;
        using var scratch = new FloatScratch(from.Count * (from.Length + parts) + to.Count * to.Length);
        Span<float> numbers = scratch.Take(from.Count * from.Length), sums = scratch.Take(from.Count * parts);
        var narrow = scratch.Take(to.Count * to.Length);
        for (var row = 0; row < from.Count; row++)
        {
            var own = numbers.Slice(row * from.Length, from.Length);
            if (from.IsWide) from.Read(row, own).CopyTo(own);
            else from.Read(row, own);
        }

        fixed (float* read = numbers, sum = sums, written = narrow)
        {
            var input = new BlockInput(read, sum, (from.Count, parts));
            if (from.Count == 1) input.AddUp(); // what several rows are multiplied by is written out
            Share(input, to.IsWide ? (float*)to.Start : written);
        }

        for (var row = 0; row < to.Count && !to.IsWide; row++) to.Close(row, narrow.Slice(row * to.Length, to.Length));
        return bias is null ? result : result.add_(bias);
    }

    private void Share(BlockInput x, float* y)
    {
        var parts = (int)Math.Clamp((long)_out * _bytes / BytesAtOnce, 1, _out);
        Crew.Run(parts, part =>
        {
            var (first, last) = (Start(part), Start(part + 1));
            rows.Multiply((byte*)_start + (long)first * _bytes, x, y + first, (last - first, _out));
        });

        int Start(int part) => (int)((long)_out * part / parts);
    }
}
