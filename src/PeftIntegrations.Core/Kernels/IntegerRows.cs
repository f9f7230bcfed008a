namespace PeftIntegrations.Core;

/// <summary>Rows of blocks that are multiplied by <see cref="RoundedRows"/> in whole numbers.</summary>
internal abstract unsafe class IntegerRows
{
    /// <summary>Outputs that are taken apart at once.</summary>
    public abstract int AtOnce { get; }

    /// <summary>Rows of so many, with the sums that these blocks need.</summary>
    /// <param name="memory">Where they are to lie.</param>
    /// <param name="size">Rows, and the thirty-twos of each.</param>
    public abstract RoundedRows Round(byte* memory, (int Count, int Parts) size);

    /// <summary>Some outputs of all rows.</summary>
    /// <param name="weights">The blocks of the first output; each output has as many numbers as a row of x.</param>
    /// <param name="x">The rows.</param>
    /// <param name="y">[rows, stride], from the first output on.</param>
    /// <param name="outputs">How many, and how far rows of y are apart.</param>
    public abstract void Multiply(byte* weights, RoundedRows x, float* y, (int Count, int Stride) outputs);
}
