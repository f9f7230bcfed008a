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
        Span<float> first = scratch.Take(length), second = scratch.Take(length);
        if (x.Count == 1)
        {
            for (var o = 0; o < outputs.Count; o++) y[o] = Multiply(weights + (long)o * bytes, x, first);
            return;
        }

        fixed (float* pair = first)
        {
            for (var o = 0; o < outputs.Count; o += 2)
            {
                var count = Math.Min(2, outputs.Count - o);
                Read(weights + (long)o * bytes, first);
                if (count == 2) Read(weights + (long)(o + 1) * bytes, second);
                FewRows.Multiply(pair, count, x.Numbers(0), y + o, (x.Count, length, outputs.Stride));
            }
        }
    }

    /// <summary>How they are multiplied by rounded rows; null where that is not done.</summary>
    public virtual IntegerRows? Integers => null;

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
