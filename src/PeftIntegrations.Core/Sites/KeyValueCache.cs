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

    /// <summary>Most tokens of the text.</summary>
    public int TextRoom => Capacity - Virtual;

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
            _layers[layer] = held = (Buffer(keys, keys.shape[0]), Buffer(values, keys.shape[0]));
        }

        Put(keys, held.Keys);
        Put(values, held.Values);
        return (held.Keys.narrow(2, 0, Length + seq), held.Values.narrow(2, 0, Length + seq));
    }

    /// <summary>Counts the tokens that every layer has appended.</summary>
    /// <param name="seq">All of them.</param>
    public void Advance(long seq) => Length += (int)seq;

    /// <summary>Counts those of them that are of the text.</summary>
    public void AdvanceText(long seq) => TextLength += (int)seq;

    /// <summary>Makes room for virtual tokens, before the first token.</summary>
    public void Reserve(int count) => Capacity += count;

    /// <summary>Makes room for so many tokens of the text, where there is less.</summary>
    public void EnsureRoom(int text)
    {
        if (text <= TextRoom) return;

        Capacity = Virtual + text;
        Replace((held, _) =>
        {
            var buffer = Buffer(held, held.shape[0]);
            buffer.narrow(2, 0, Length).copy_(held.narrow(2, 0, Length));
            return buffer;
        });
    }

    /// <summary>Keeps only the rows of these indices, in this order: for a batch whose members end at different times.</summary>
    /// <param name="rows">[n] row numbers.</param>
    /// <param name="padding">How many places of the text to leave out in front, which are padding in all these rows.</param>
    public void Select(Tensor rows, int padding = 0)
    {
        var (front, text) = (Virtual, TextLength - padding);
        Replace((held, _) =>
        {
            var buffer = Buffer(held, rows.shape[0]);
            if (front > 0) buffer.narrow(2, 0, front).copy_(held.narrow(2, 0, front).index_select(0, rows));
            buffer.narrow(2, front, text).copy_(held.narrow(2, front + padding, text).index_select(0, rows));
            return buffer;
        });
        (Length, TextLength) = (front + text, text);
    }

    /// <summary>Takes in the rows of another cache that holds as many virtual tokens; then all rows end at the same place.</summary>
    /// <param name="other">The other; it keeps what it has.</param>
    /// <param name="own">[n] where the rows that are here go.</param>
    /// <param name="others">[m] where those of the other go; together the two name every place once.</param>
    public void Join(KeyValueCache other, Tensor own, Tensor others)
    {
        var (front, text) = (Virtual, Math.Max(TextLength, other.TextLength));
        Capacity = Math.Max(Capacity, front + text);
        Replace(
            (held, theirs) =>
            {
                var buffer = Buffer(held, own.shape[0] + others.shape[0]);
                Put(buffer, held, own, TextLength);
                Put(buffer, theirs, others, other.TextLength);
                return buffer;
            },
            other);
        (Length, TextLength) = (front + text, text);

        void Put(Tensor buffer, Tensor held, Tensor rows, int length)
        {
            if (front > 0) buffer.narrow(2, 0, front).index_copy_(0, rows, held.narrow(2, 0, front));
            buffer.narrow(2, front + text - length, length).index_copy_(0, rows, held.narrow(2, front, length));
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

    // One token's rows are copied as they lie; operators would take longer to be called.
    private void Put(Tensor tokens, Tensor buffer)
    {
        if (tokens.size(2) == 1 && tokens.dtype == buffer.dtype && FloatRows.Serves(tokens)) new FloatRows(tokens).CopyTo(buffer, Length);
        else buffer.narrow(2, Length, tokens.size(2)).copy_(tokens);
    }

    private int Virtual => Length - TextLength;

    private void Replace(Func<Tensor, Tensor, Tensor> make, KeyValueCache? other = null)
    {
        foreach (var (layer, (keys, values)) in _layers.ToArray())
        {
            using var scope = NewDisposeScope();
            var theirs = (other ?? this)._layers[layer];
            _layers[layer] = (make(keys, theirs.Keys), make(values, theirs.Values));
            Free(keys);
            Free(values);
        }
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

    private Tensor Buffer(Tensor like, long rows) =>
        Held(zeros([rows, like.shape[1], Capacity, like.shape[3]], dtype: like.dtype, device: like.device));
}
