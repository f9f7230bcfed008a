namespace PeftIntegrations.Core;

/// <summary>Keys or values, [batch, heads, keys, headDim], in the processor's memory with any strides but the last.</summary>
internal readonly unsafe struct HeadRows(Tensor x)
{
    /// <summary>Rows that are read at once: so many stay in the nearest cache until all that share them are done.</summary>
    public const int AtOnce = 64;

    private readonly byte* _start = (byte*)FloatRows.Address(x);
    private readonly bool _isWide = x.dtype == ScalarType.Float32;
    private readonly long _batchStride = x.stride(0), _headStride = x.stride(1), _keyStride = x.stride(2);
    private readonly int _keys = (int)x.size(2), _length = (int)x.size(3);

    /// <summary>Heads of a text.</summary>
    public int Heads { get; } = (int)x.size(1);

    /// <summary>Some rows of a head in fp32: themselves, or widened.</summary>
    /// <param name="head">Its number among those of all texts.</param>
    /// <param name="first">The first row.</param>
    /// <param name="scratch">Room for <see cref="AtOnce"/> rows.</param>
    public RowTile Read(int head, int first, float* scratch)
    {
        var count = Math.Min(AtOnce, _keys - first);
        var at = head / Heads * _batchStride + head % Heads * _headStride + first * _keyStride;
        if (_isWide) return new((float*)_start + at, _keyStride, (count, _length));

        for (var row = 0; row < count; row++, at += _keyStride)
        {
            BFloat16.Widen(new ReadOnlySpan<ushort>((ushort*)_start + at, _length), new(scratch + row * _length, _length));
        }

        return new(scratch, _length, (count, _length));
    }
}
