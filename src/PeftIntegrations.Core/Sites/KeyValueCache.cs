namespace PeftIntegrations.Core;

/// <summary>Keys and values of the tokens read so far, in buffers that are allocated once.</summary>
/// <param name="capacity">Most tokens that a row may hold.</param>
public sealed class KeyValueCache(int capacity) : IDisposable
{
    private static long _bytesHeld;
    private readonly Dictionary<int, (Tensor Keys, Tensor Values)> _layers = [];

    /// <summary>What the buffers of all caches of the process take, in bytes.</summary>
    public static long BytesHeld => Interlocked.Read(ref _bytesHeld);

    /// <summary>Most tokens that a row may hold, virtual ones included.</summary>
    public int Capacity { get; private set; } = capacity;

    /// <summary>Tokens held, virtual ones included.</summary>
    public int Length { get; private set; }

    /// <summary>Tokens of the text held.</summary>
    public int TextLength { get; private set; }

    /// <summary>Puts the keys and values of new tokens behind those held and returns all: views, valid until the next token.</summary>
    /// <param name="layer">The layer they belong to.</param>
    /// <param name="keys">[batch, keyValueHeads, seq, headDim].</param>
    /// <param name="values">[batch, keyValueHeads, seq, headDim].</param>
    /// <exception cref="InvalidOperationException">The cache is full.</exception>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        var seq = keys.shape[2];
        if (Length + seq > Capacity)
        {
            throw new InvalidOperationException(
                $"The key–value cache holds {Length} of {Capacity} tokens and cannot take {seq} more. Allow it more when it is made.");
        }

        if (!_layers.TryGetValue(layer, out var held))
        {
            _layers[layer] = held = (Buffer(keys), Buffer(values));
        }

        held.Keys.narrow(2, Length, seq).copy_(keys);
        held.Values.narrow(2, Length, seq).copy_(values);
        return (held.Keys.narrow(2, 0, Length + seq), held.Values.narrow(2, 0, Length + seq));
    }

    /// <summary>Counts the tokens that every layer has appended.</summary>
    /// <param name="seq">All of them.</param>
    public void Advance(long seq) => Length += (int)seq;

    /// <summary>Counts those of them that are of the text.</summary>
    public void AdvanceText(long seq) => TextLength += (int)seq;

    /// <summary>Makes room for virtual tokens, before the first token.</summary>
    public void Reserve(int count) => Capacity += count;

    /// <summary>Keeps only the rows of these indices, in this order: for a batch whose members end at different times.</summary>
    /// <param name="rows">[n] row numbers.</param>
    public void Select(Tensor rows)
    {
        foreach (var (layer, (keys, values)) in _layers.ToArray())
        {
            _layers[layer] = (Held(keys.index_select(0, rows)), Held(values.index_select(0, rows)));
            Free(keys);
            Free(values);
        }
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        foreach (var (keys, values) in _layers.Values)
        {
            Free(keys);
            Free(values);
        }

        _layers.Clear();
    }

    private static Tensor Held(Tensor buffer)
    {
        Interlocked.Add(ref _bytesHeld, Bytes(buffer));
        return buffer.DetachFromDisposeScope();
    }

    private static void Free(Tensor buffer)
    {
        Interlocked.Add(ref _bytesHeld, -Bytes(buffer));
        buffer.Dispose();
    }

    private static long Bytes(Tensor buffer) => buffer.numel() * buffer.element_size();

    private Tensor Buffer(Tensor like) =>
        Held(zeros([like.shape[0], like.shape[1], Capacity, like.shape[3]], dtype: like.dtype, device: like.device));
}
