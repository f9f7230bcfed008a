namespace PeftIntegrations.Core;

/// <summary>Rows of blocks that are multiplied by <see cref="RoundedRows"/> in whole numbers.</summary>
internal abstract unsafe class IntegerRows
{
    /// <summary>Outputs that are best taken together.</summary>
    public abstract int AtOnce { get; }

    /// <summary>Whether so many rows are multiplied faster than by decoded numbers.</summary>
    public abstract bool Serves(long rows);

    /// <summary>How many rows of so many are to lie together.</summary>
    public abstract int Together(int rows);

    /// <summary>Some outputs of all rows.</summary>
    /// <param name="weights">The blocks of the first output; each output has as many numbers as a row of x.</param>
    /// <param name="x">The rows.</param>
    /// <param name="y">[rows, stride], from the first output on.</param>
    /// <param name="outputs">How many, and how far rows of y are apart.</param>
    public abstract void Multiply(byte* weights, RoundedRows x, float* y, (int Count, int Stride) outputs);
}
