namespace PeftIntegrations.Core;

/// <summary>Rows of blocks, multiplied as they lie in memory or read as fp32.</summary>
internal abstract unsafe class BlockRows
{
    /// <summary>Some outputs of some rows of x.</summary>
    /// <param name="weights">The blocks of the first output; each output has as many numbers as a row of x.</param>
    /// <param name="x">The rows.</param>
    /// <param name="y">[rows, stride], from the first output on.</param>
    /// <param name="outputs">How many, and how far rows of y are apart.</param>
    /// <remarks>For several rows of x two rows of weights at a time are written out: in the processor's own memory, once for all.</remarks>
    public void Multiply(byte* weights, BlockInput x, float* y, (int Count, int Stride) outputs)
    {
        var (length, bytes) = (x.Parts * BlockInput.Part, Bytes(x.Parts * BlockInput.Part));
        using var scratch = new FloatScratch(2 * length);
        var pair = scratch.Take(2 * length);
        fixed (float* numbers = pair)
        {
            for (var o = 0; o < outputs.Count && x.Count == 1; o++) y[o] = Multiply(weights + (long)o * bytes, x, pair[..length]);
            for (var o = 0; o < outputs.Count && x.Count > 1; o += 2)
            {
                var count = Math.Min(2, outputs.Count - o);
                for (var i = 0; i < count; i++) Read(weights + (long)(o + i) * bytes, pair.Slice(i * length, length));
                FewRows.Multiply(numbers, count, x.Numbers(0), y + o, (x.Count, length, outputs.Stride));
            }
        }
    }

    /// <summary>The bytes of so many numbers.</summary>
    protected abstract int Bytes(int numbers);

    /// <summary>One output of the only row of x.</summary>
    /// <param name="block">The output's first block.</param>
    /// <param name="x">The row.</param>
    /// <param name="scratch">Room for as many numbers.</param>
    protected abstract float Multiply(byte* block, BlockInput x, Span<float> scratch);

    /// <summary>The numbers of blocks.</summary>
    /// <param name="blocks">Their first byte.</param>
    /// <param name="values">As many numbers as the blocks hold.</param>
    public abstract void Read(byte* blocks, Span<float> values);
}
