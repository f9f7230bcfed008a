using System.Buffers;

namespace PeftIntegrations.Core;

/// <summary>Memory for the numbers between two steps of a kernel, from a pool and back.</summary>
/// <param name="length">Most numbers.</param>
public ref struct FloatScratch(int length)
{
    private readonly float[] _rented = ArrayPool<float>.Shared.Rent(length);
    private int _taken;

    /// <summary>The next numbers of it, whatever they are.</summary>
    public Span<float> Take(int count) => _rented.AsSpan((_taken += count) - count, count);

    /// <summary>Gives it back.</summary>
    public readonly void Dispose() => ArrayPool<float>.Shared.Return(_rented);
}
