namespace PeftIntegrations.Core;

/// <summary>Reads and checks what comes before a GGUF file's tensors: counts, metadata, and a description of each tensor.</summary>
internal sealed class GgufHeader
{
    private const string AlignmentKey = "general.alignment";
    private const uint Magic = 0x46554747; // "GGUF"
    private const int MaxRank = 4;
    private const int LeastMetadata = 13; // bytes: an empty key, a type and a byte
    private const int LeastTensor = 24; // an empty name, no dimension, a type and an offset

    private readonly List<string> _problems = [];
    private readonly Dictionary<string, object> _metadata = [];
    private readonly Dictionary<string, GgufTensor> _tensors = [];
    private readonly GgufCursor _cursor;
    private uint _alignment = 32;

    private GgufHeader(GgufCursor cursor) => _cursor = cursor;

    /// <summary>The metadata by key.</summary>
    public IReadOnlyDictionary<string, object> Metadata => _metadata;

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, GgufTensor> Tensors => _tensors;

    /// <summary>Reads the header of <paramref name="file"/>.</summary>
    /// <exception cref="InvalidDataException">It is damaged; the message lists everything that is wrong with its tensors.</exception>
    public static GgufHeader Read(Stream file, string path)
    {
        var header = new GgufHeader(new GgufCursor(file, path));
        header.CheckVersion(path);
        var tensors = header._cursor.Count("tensors", LeastTensor);
        header.ReadMetadata(header._cursor.Count("metadata values", LeastMetadata));
        header.ReadTensors(tensors);
        return header._problems.Count == 0
            ? header
            : throw new InvalidDataException($"{path} is damaged:\n  {Problems.Listed(header._problems)}");
    }

    private void CheckVersion(string path)
    {
        if (_cursor.Number<uint>() is var magic && magic != Magic)
        {
            throw new InvalidDataException($"{path} is not a GGUF file: it begins with 0x{magic:X8}.");
        }

        var version = _cursor.Number<uint>();
        if (version > ushort.MaxValue)
        {
            throw new InvalidDataException($"{path} is a big-endian GGUF file (version 0x{version:X8}). Convert it to little-endian.");
        }

        if (version is not (2 or 3))
        {
            throw new InvalidDataException($"{path} is a GGUF file of version {version}; only versions 2 and 3 can be read.");
        }
    }

    private void ReadMetadata(long count)
    {
        for (; count > 0; count--)
        {
            var key = _cursor.Text();
            if (!_metadata.TryAdd(key, _cursor.Value(key))) _problems.Add($"the metadata key '{key}' is there twice.");
        }

        if (!_metadata.TryGetValue(AlignmentKey, out var value)) return;
        if (value is uint alignment && uint.IsPow2(alignment)) _alignment = alignment;
        else _problems.Add($"{AlignmentKey} is {value} ({value.GetType().Name}), not a power of two (UInt32).");
    }

    private void ReadTensors(long count)
    {
        var entries = new List<(string Name, uint Type, ulong[] Sizes, ulong Offset)>();
        for (; count > 0; count--)
        {
            var name = _cursor.Text();
            var rank = _cursor.Number<uint>();
            if (rank > MaxRank)
            {
                throw new InvalidDataException(
                    $"{_cursor.Path} is damaged: tensor '{name}' has {rank} dimensions, and {MaxRank} is the limit.");
            }

            var sizes = _cursor.Numbers<ulong>(rank);
            entries.Add((name, _cursor.Number<uint>(), sizes, _cursor.Number<ulong>()));
        }

        var start = (_cursor.Position + _alignment - 1) / _alignment * _alignment;
        foreach (var (name, type, sizes, offset) in entries) Add(name, type, sizes, (start, offset));
        CheckOverlaps();
    }

    private void Add(string name, uint id, ulong[] sizes, (long Start, ulong Offset) at)
    {
        if (GgufType.WithId(id) is not { } type)
        {
            _problems.Add($"tensor '{name}' has the unknown type {id}. Known ones: {GgufType.Known}.");
            return;
        }

        if (Problem(type, sizes, at) is { } problem)
        {
            _problems.Add($"tensor '{name}' {problem}");
            return;
        }

        var bytes = (long)(Product(sizes) / (ulong)type.Elements * (ulong)type.Bytes)!;
        long[] shape = [.. sizes.Reverse().Select(size => (long)size)];
        var added = _tensors.TryAdd(name, new GgufTensor(type.Name, shape, at.Start + (long)at.Offset, bytes));
        if (!added) _problems.Add($"tensor '{name}' is there twice.");
    }

    private string? Problem(GgufType type, ulong[] sizes, (long Start, ulong Offset) at)
    {
        var shape = string.Join(", ", sizes);
        if (Product(sizes) is not { } elements) return $"has the sizes [{shape}], too many numbers for any file.";
        if ((sizes.Length == 0 ? 1 : sizes[0]) % (ulong)type.Elements != 0)
        {
            return $"has the sizes [{shape}], and {type.Name} needs rows of a multiple of {type.Elements}.";
        }

        if (at.Offset % _alignment != 0) return $"begins at {at.Offset}, not a multiple of {_alignment}.";

        var end = elements / (ulong)type.Elements * (ulong)type.Bytes + at.Offset + (ulong)at.Start;
        return end > (ulong)_cursor.Length ? $"ends at byte {end}, and the file has {_cursor.Length}: it is cut off or damaged." : null;
    }

    private void CheckOverlaps()
    {
        var (end, last) = (0L, "");
        foreach (var (name, tensor) in _tensors.OrderBy(t => t.Value.Begin).ThenBy(t => t.Value.Bytes))
        {
            if (tensor.Begin < end)
            {
                _problems.Add($"tensor '{name}' begins at byte {tensor.Begin}, inside tensor '{last}', which ends at {end}.");
            }

            (end, last) = (Math.Max(end, tensor.Begin + tensor.Bytes), name);
        }
    }

    // Null if torch could not count them, or their strides.
    private static UInt128? Product(ulong[] sizes)
    {
        UInt128 product = 1;
        foreach (var size in sizes)
        {
            product *= Math.Max(size, 1); // below 2^63 · 2^64, so it cannot wrap
            if (product > long.MaxValue) return null;
        }

        return sizes.Contains(0UL) ? 0 : product;
    }
}
