namespace PeftIntegrations.Core;

/// <summary>Where the numbers of a small matrix lie.</summary>
/// <param name="start">The first.</param>
/// <param name="down">From one row to the next, in numbers.</param>
/// <param name="right">From one column, or sixteen of them, to the next.</param>
internal readonly unsafe struct Tile(float* start, nint down, nint right)
{
    public float* Start => start;

    public nint Down => down;

    public nint Right => right;

    public float* At(int row, int column) => start + row * down + column * right;

    public Tile From(int row, int column) => new(At(row, column), down, right);
}
