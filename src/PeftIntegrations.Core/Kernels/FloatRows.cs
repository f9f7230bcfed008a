namespace PeftIntegrations.Core;

/// <summary>
/// The rows of a tensor in the processor's memory, read and written in fp32 whether they are fp32 or bf16: [..., length] as
/// [count, length]. Valid while the tensor is.
/// </summary>
public readonly unsafe struct FloatRows
{
    /// <summary>The rows of a tensor that <see cref="Serves"/>.</summary>
    public FloatRows(Tensor tensor)
    {
        var numbers = tensor.numel();
        Start = (byte*)(numbers <= int.MaxValue / sizeof(float) ? AddressOf(tensor.bytes) : Address(tensor));
        IsWide = tensor.dtype == ScalarType.Float32;
        Length = (int)tensor.size(-1);
        Count = (int)(numbers / Math.Max(1, Length));
    }

    /// <summary>How many rows.</summary>
    public int Count { get; }

    /// <summary>Numbers of a row.</summary>
    public int Length { get; }

    /// <summary>Where the first row begins.</summary>
    internal byte* Start { get; }

    /// <summary>Whether they are fp32.</summary>
    internal bool IsWide { get; }

    /// <summary>Whether a tensor's memory can be read so: contiguous fp32 or bf16 numbers on the processor.</summary>
    public static bool Serves(Tensor tensor) =>
        tensor.device_type == DeviceType.CPU && tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16 && tensor.dim() > 0
        && tensor.is_contiguous();

    /// <summary>Where a processor tensor begins, however large it is and whatever its strides are.</summary>
    public static nint Address(Tensor tensor)
    {
        if (tensor.is_contiguous() && tensor.numel() * tensor.element_size() <= int.MaxValue) return AddressOf(tensor.bytes);

        using var first = tensor.as_strided([1], [1], tensor.storage_offset()); // a span is of what is contiguous and below 2 GB
        return AddressOf(first.bytes);
    }

    /// <summary>A row: itself where it is fp32, else <paramref name="scratch"/>, which holds its numbers then.</summary>
    /// <param name="row">Its number, from 0.</param>
    /// <param name="scratch">At least <see cref="Length"/> long.</param>
    public ReadOnlySpan<float> Read(int row, Span<float> scratch)
    {
        if (IsWide) return Wide(row);

        BFloat16.Widen(Narrow(row), scratch);
        return scratch[..Length];
    }

    /// <summary>
    /// Where to write a row: itself where it is fp32, else <paramref name="scratch"/>; then
    /// <see cref="Close(int, ReadOnlySpan{float})"/> it.
    /// </summary>
    public Span<float> Open(int row, Span<float> scratch) => IsWide ? Wide(row) : scratch[..Length];

    /// <summary>Stores what was written.</summary>
    /// <param name="row">Its number.</param>
    /// <param name="written">What <see cref="Open"/> gave.</param>
    public void Close(int row, ReadOnlySpan<float> written)
    {
        if (!IsWide) BFloat16.Narrow(written, Narrow(row));
    }

    /// <summary>Some rows: themselves where they are fp32, else <paramref name="scratch"/>, which holds their numbers then.</summary>
    internal float* Read(int row, int count, float* scratch)
    {
        var first = (long)row * Length;
        if (IsWide) return (float*)Start + first;

        BFloat16.Widen(new((ushort*)Start + first, count * Length), new(scratch, count * Length));
        return scratch;
    }

    /// <summary>Stores what was written to what <see cref="Read(int, int, float*)"/> gave.</summary>
    internal void Close(int row, int count, float* written)
    {
        if (!IsWide) BFloat16.Narrow(new(written, count * Length), new((ushort*)Start + (long)row * Length, count * Length));
    }

    /// <summary>Some numbers of a row in fp32.</summary>
    internal void Copy(int row, int first, Span<float> to)
    {
        if (IsWide) Wide(row).Slice(first, to.Length).CopyTo(to);
        else BFloat16.Widen(Narrow(row).Slice(first, to.Length), to);
    }

    /// <summary>Copies each row to one place of another tensor of the type, [..., places, length].</summary>
    internal void CopyTo(Tensor target, long place)
    {
        var start = (byte*)Address(target);
        var (places, bytes) = (target.size(-2), Length * (IsWide ? sizeof(float) : sizeof(ushort)));
        for (var row = 0L; row < Count; row++)
        {
            Buffer.MemoryCopy(Start + row * bytes, start + (row * places + place) * bytes, bytes, bytes);
        }
    }

    private static nint AddressOf(Span<byte> memory)
    {
        fixed (byte* start = memory) return (nint)start; // libtorch's memory does not move
    }

    private Span<float> Wide(int row) => new((float*)Start + (long)row * Length, Length);

    private Span<ushort> Narrow(int row) => new((ushort*)Start + (long)row * Length, Length);
}
