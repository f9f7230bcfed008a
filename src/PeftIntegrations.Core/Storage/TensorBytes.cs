namespace PeftIntegrations.Core;

/// <summary>The memory of a tensor as spans of bytes.</summary>
internal static class TensorBytes
{
    private const long ElementsAtOnce = 1 << 24; // a span ends at 2 GB

    /// <summary>Gets some of a tensor's bytes, and how many come before them.</summary>
    public delegate void Piece(Span<byte> bytes, long offset);

    /// <summary>Calls <paramref name="piece"/> with the bytes of <paramref name="tensor"/>, a contiguous one on the CPU, in their order.</summary>
    public static void Visit(Tensor tensor, Piece piece)
    {
        using var scope = NewDisposeScope(); // the views
        var flat = tensor.view(-1);
        var count = flat.numel();
        for (long start = 0; start < count; start += ElementsAtOnce)
        {
            piece(flat.narrow(0, start, Math.Min(ElementsAtOnce, count - start)).bytes, start * flat.element_size());
        }
    }
}
