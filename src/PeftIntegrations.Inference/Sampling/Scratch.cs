using System.Buffers;

namespace PeftIntegrations.Inference;

/// <summary>A buffer borrowed for one call, so that choosing a token allocates nothing. Its content is arbitrary at first.</summary>
internal readonly ref struct Scratch<T>(int length) : IDisposable
{
    private readonly T[] _array = ArrayPool<T>.Shared.Rent(length);

    public Span<T> Span => _array.AsSpan(0, length);

    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
