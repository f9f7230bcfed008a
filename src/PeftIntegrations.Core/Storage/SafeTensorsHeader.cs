using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace PeftIntegrations.Core;

/// <summary>
/// Reads and checks the header of a safetensors file: 8 bytes of length, then JSON, then the tensors' bytes without holes.
/// </summary>
internal sealed class SafeTensorsHeader
{
    /// <summary>The longest header that is accepted, as in the reference reader.</summary>
    public const long MaxLength = 100_000_000;

    /// <summary>The key of the free text.</summary>
    public const string MetadataKey = "__metadata__";

    private const int MaxRank = 64; // torch's own limit
    private const int MaxDepth = 16;
    private readonly List<string> _problems = [];
    private readonly Dictionary<string, SafeTensorsEntry> _tensors = [];
    private readonly Dictionary<string, string> _metadata = [];
    private readonly long _start;
    private readonly long _length;
    private bool _hasMetadata;

    private SafeTensorsHeader(long start, long length) => (_start, _length) = (start, length);

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafeTensorsEntry> Tensors => _tensors;

    /// <summary>The free text beside them.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Reads the header of <paramref name="file"/>.</summary>
    /// <exception cref="InvalidDataException">It is damaged; the message lists everything that is wrong with it.</exception>
    public static SafeTensorsHeader Read(SafeFileHandle file, string path)
    {
        var length = RandomAccess.GetLength(file);
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (length < prefix.Length)
        {
            throw new InvalidDataException(
                $"{path} is not a safetensors file: it has {length} bytes, and the header's length alone takes 8.");
        }

        Fill(file, prefix, 0, path);
        var size = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (size > MaxLength)
        {
            throw new InvalidDataException(
                $"{path} is not a safetensors file: its header would have {size} bytes, and {MaxLength} is the limit.");
        }

        if ((long)size > length - prefix.Length)
        {
            throw new InvalidDataException($"{path} is cut off: its header has {size} bytes, and the file {length}.");
        }

        var json = new byte[size];
        Fill(file, json, prefix.Length, path);
        var header = new SafeTensorsHeader(prefix.Length + (long)size, length);
        header.Parse(json, path);
        header.CheckLayout();
        return header._problems.Count == 0
            ? header
            : throw new InvalidDataException($"{path} is damaged:\n  {Problems.Listed(header._problems)}");
    }

    /// <summary>Reads exactly <paramref name="target"/>'s bytes.</summary>
    public static void Fill(SafeFileHandle file, Span<byte> target, long offset, string path)
    {
        while (target.Length > 0)
        {
            var read = RandomAccess.Read(file, target, offset);
            if (read == 0) throw new InvalidDataException($"{path} was cut off at byte {offset} while it was read.");
            target = target[read..];
            offset += read;
        }
    }

    private void Parse(byte[] json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidDataException($"{path} is damaged: its header is a JSON {document.RootElement.ValueKind}, not an object.");
            }

            foreach (var item in document.RootElement.EnumerateObject())
            {
                if (item.Name == MetadataKey) AddMetadata(item.Value);
                else AddTensor(item.Name, item.Value);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is not UTF-8
        {
            throw new InvalidDataException($"{path} is damaged: its header is not JSON text: {e.Message}", e);
        }
    }

    private void AddMetadata(JsonElement value)
    {
        if (_hasMetadata) _problems.Add($"{MetadataKey} is there twice.");
        _hasMetadata = true;
        if (value.ValueKind != JsonValueKind.Object)
        {
            _problems.Add($"{MetadataKey} is a JSON {value.ValueKind}, not an object of strings.");
            return;
        }

        foreach (var item in value.EnumerateObject())
        {
            if (item.Value.ValueKind != JsonValueKind.String)
            {
                _problems.Add($"{MetadataKey}: '{item.Name}' is a JSON {item.Value.ValueKind}, not a string.");
            }
            else if (!_metadata.TryAdd(item.Name, item.Value.GetString()!))
            {
                _problems.Add($"{MetadataKey}: '{item.Name}' is there twice.");
            }
        }
    }

    private void AddTensor(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            _problems.Add($"tensor '{name}' is described by a JSON {value.ValueKind}, not an object.");
            return;
        }

        var fields = new Dictionary<string, JsonElement>();
        foreach (var field in value.EnumerateObject())
        {
            if (!fields.TryAdd(field.Name, field.Value)) _problems.Add($"tensor '{name}' has two fields {field.Name}.");
        }

        var dtype = fields.GetValueOrDefault("dtype") is { ValueKind: JsonValueKind.String } text ? text.GetString()! : null;
        var shape = Numbers(fields.GetValueOrDefault("shape"), MaxRank);
        var offsets = Numbers(fields.GetValueOrDefault("data_offsets"), 2);
        if (dtype is null) _problems.Add($"tensor '{name}' has no dtype.");
        if (shape is null) _problems.Add($"tensor '{name}' has no shape: at most {MaxRank} numbers, none negative, are one.");
        if (offsets is not { Length: 2 }) _problems.Add($"tensor '{name}' has no data_offsets: two numbers, none negative, are needed.");
        else if (dtype is not null && shape is not null) AddTensor(name, dtype, shape, (offsets[0], offsets[1]));
    }

    private void AddTensor(string name, string dtype, long[] shape, (long Begin, long End) at)
    {
        if (!_tensors.TryAdd(name, new SafeTensorsEntry(dtype, shape, _start + at.Begin, _start + at.End)))
        {
            _problems.Add($"tensor '{name}' is there twice.");
        }

        if (at.Begin > at.End || at.End > _length - _start)
        {
            _problems
                .Add($"tensor '{name}' has the data_offsets [{at.Begin}, {at.End}], and the file has {_length - _start} bytes of data: "
                + "it is cut off or damaged.");
        }
        else if (SafeTensorsTypes.Bits(dtype) is not { } bits)
        {
            _problems.Add($"tensor '{name}' has the unknown dtype '{dtype}'. Known ones: {SafeTensorsTypes.Names}.");
        }
        else if (Bytes(shape, bits) != at.End - at.Begin)
        {
            var expected = Bytes(shape, bits) is { } bytes ? $"take {bytes} bytes" : "do not take a whole number of bytes under 2^63";
            _problems.Add($"tensor '{name}' has {at.End - at.Begin} bytes, but {dtype} [{string.Join(", ", shape)}] {expected}.");
        }
    }

    private void CheckLayout()
    {
        if (_problems.Count > 0) return;

        var (end, last) = (_start, "the header");
        foreach (var (name, tensor) in _tensors.OrderBy(t => t.Value.Begin).ThenBy(t => t.Value.End))
        {
            if (tensor.Begin < end) _problems.Add($"tensor '{name}' begins at byte {tensor.Begin}, inside {last}, which ends at {end}.");
            if (tensor.Begin > end)
            {
                _problems.Add($"bytes {end} to {tensor.Begin}, between {last} and tensor '{name}', belong to no tensor.");
            }

            (end, last) = (Math.Max(end, tensor.End), $"tensor '{name}'");
        }

        if (end != _length) _problems.Add($"the {_length - end} bytes behind {last} belong to no tensor.");
    }

    // Null if torch could not count them, or their strides.
    private static long? Bytes(long[] shape, int bits)
    {
        var product = (UInt128)bits;
        foreach (var size in shape)
        {
            product *= (ulong)Math.Max(size, 1); // below 2^66 · 2^63 at most, so it cannot wrap
            if (product > (UInt128)long.MaxValue * 8) return null;
        }

        if (shape.Contains(0)) return 0;
        return product % 8 == 0 ? (long)(product / 8) : null;
    }

    private static long[]? Numbers(JsonElement array, int most)
    {
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > most) return null;

        var numbers = new long[array.GetArrayLength()];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (array[i].ValueKind != JsonValueKind.Number || !array[i].TryGetInt64(out numbers[i]) || numbers[i] < 0) return null;
        }

        return numbers;
    }
}
