using Microsoft.Win32.SafeHandles;

namespace PeftIntegrations.Core;

/// <summary>The memory of a tensor as spans of bytes.</summary>
internal static class TensorBytes
{
    private const long ElementsAtOnce = 1 << 24; // a span ends at 2 GB

    /// <summary>Gets some of a tensor's bytes, and how many come before them.</summary>
    public delegate void Piece(Span<byte> bytes, long offset);

    /// <summary>
    /// Calls <paramref name="piece"/> with the bytes of <paramref name="tensor"/>, a contiguous one on the CPU, in their order.
    /// </summary>
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

    /// <summary>
    /// The whole of <paramref name="file"/> as one tensor, whose elements have <paramref name="size"/> bytes: mapped, not read, and
    /// changed in memory only.
    /// </summary>
    public static Tensor Map(SafeFileHandle file, string path, ScalarType dtype, int size)
    {
        // The open file, not what may have taken its name since.
        var name = OperatingSystem.IsLinux() ? $"/proc/self/fd/{file.DangerousGetHandle()}" : Path.GetFullPath(path);
        return from_file(name, shared: false, RandomAccess.GetLength(file) / size, dtype, device: CPU).DetachFromDisposeScope();
    }
}
