namespace PeftIntegrations.Core;

/// <summary>
/// The rows of a tensor in the processor's memory, read and written in fp32 whether they are fp32 or bf16: [..., length] as
/// [count, length]. Valid while the tensor is.
/// </summary>
public readonly unsafe struct FloatRows
{
    private readonly byte* _start;
    private readonly bool _isWide;

    /// <summary>The rows of a tensor that <see cref="Serves"/>.</summary>
    public FloatRows(Tensor tensor)
    {
        _start = (byte*)Address(tensor);
        _isWide = tensor.dtype == ScalarType.Float32;
        Length = (int)tensor.shape[^1];
        Count = (int)(tensor.numel() / Math.Max(1, Length));
    }

    /// <summary>How many rows.</summary>
    public int Count { get; }

    /// <summary>Numbers of a row.</summary>
    public int Length { get; }

    /// <summary>Whether a tensor's memory can be read so: contiguous fp32 or bf16 numbers on the processor.</summary>
    public static bool Serves(Tensor tensor) =>
        tensor.device_type == DeviceType.CPU && tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16 && tensor.dim() > 0
        && tensor.is_contiguous();

    /// <summary>Where a contiguous processor tensor begins, however large it is.</summary>
    public static nint Address(Tensor tensor)
    {
        if (tensor.numel() == 0) return 0;

        using var first = tensor.as_strided([1], [1], tensor.storage_offset());
        fixed (byte* start = first.bytes) return (nint)start; // libtorch's memory does not move
    }

    /// <summary>A row: itself where it is fp32, else <paramref name="scratch"/>, which holds its numbers then.</summary>
    /// <param name="row">Its number, from 0.</param>
    /// <param name="scratch">At least <see cref="Length"/> long.</param>
    public ReadOnlySpan<float> Read(int row, Span<float> scratch)
    {
        if (_isWide) return Wide(row);

        BFloat16.Widen(Narrow(row), scratch);
        return scratch[..Length];
    }

    /// <summary>Where to write a row: itself where it is fp32, else <paramref name="scratch"/>; then <see cref="Close"/> it.</summary>
    public Span<float> Open(int row, Span<float> scratch) => _isWide ? Wide(row) : scratch[..Length];

    /// <summary>Stores what was written.</summary>
    /// <param name="row">Its number.</param>
    /// <param name="written">What <see cref="Open"/> gave.</param>
    public void Close(int row, ReadOnlySpan<float> written)
    {
        if (!_isWide) BFloat16.Narrow(written, Narrow(row));
    }

    private Span<float> Wide(int row) => new((float*)_start + (long)row * Length, Length);

    private Span<ushort> Narrow(int row) => new((ushort*)_start + (long)row * Length, Length);
}
