namespace PeftIntegrations.Core;

/// <summary>Rows of blocks, multiplied as they lie in memory or read as fp32.</summary>
internal abstract unsafe class BlockRows
{
    /// <summary>Some outputs of some rows of x.</summary>
    /// <param name="weights">The blocks of the first output; each output has as many numbers as a row of x.</param>
    /// <param name="x">The rows.</param>
    /// <param name="y">[rows, stride], from the first output on.</param>
    /// <param name="outputs">How many, and how far rows of y are apart.</param>
    public abstract void Multiply(byte* weights, BlockInput x, float* y, (int Count, int Stride) outputs);

    /// <summary>The numbers of blocks.</summary>
    /// <param name="blocks">Their first byte.</param>
    /// <param name="values">As many numbers as the blocks hold.</param>
    public abstract void Read(byte* blocks, Span<float> values);
}
