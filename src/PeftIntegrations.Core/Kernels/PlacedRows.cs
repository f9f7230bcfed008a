namespace PeftIntegrations.Core;

/// <summary>
/// [batch, heads, places, length] of fp32 in the processor's memory, with any strides but the last. Valid while the tensor is.
/// </summary>
internal readonly unsafe struct PlacedRows(Tensor x)
{
    private readonly float* _start = (float*)FloatRows.Address(x);
    private readonly long _batch = x.stride(0), _head = x.stride(1), _place = x.stride(2);

    /// <summary>Whether a tensor's memory can be read so.</summary>
    public static bool Serves(Tensor x) =>
        x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32 && x.dim() == 4 && x.numel() > 0 && x.stride(3) == 1;

    /// <summary>From one place to the next, in numbers.</summary>
    public nint Stride => (nint)_place;

    /// <summary>Where a row begins.</summary>
    public float* At(int batch, int head, int place) => _start + (batch * _batch) + (head * _head) + (place * _place);
}
