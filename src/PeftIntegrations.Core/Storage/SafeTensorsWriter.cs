using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PeftIntegrations.Core;

/// <summary>
/// Lays tensors out as the reference writer does (the widest element types first, then by name) and writes them from their own memory.
/// </summary>
internal sealed class SafeTensorsWriter
{
    private static readonly JsonWriterOptions AsTheReferenceWriter = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly (string Name, string DType, Tensor Tensor)[] _tensors;
    private readonly IReadOnlyDictionary<string, string> _metadata;

    /// <summary>Checks that every tensor can be written.</summary>
    /// <exception cref="ArgumentException">The format has no such element type, or a name is not allowed.</exception>
    public SafeTensorsWriter(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var problems = tensors.Select(tensor => Problem(tensor.Key, tensor.Value)).OfType<string>().ToArray();
        if (problems.Length > 0)
        {
            throw new ArgumentException($"These cannot be written as safetensors:\n  {string.Join("\n  ", problems)}", nameof(tensors));
        }

        _tensors =
        [
            .. tensors.Select(tensor => (tensor.Key, SafeTensorsTypes.Name(tensor.Value.dtype)!, tensor.Value))
                .OrderBy(tensor => SafeTensorsTypes.Place(tensor.Item2)).ThenBy(tensor => tensor.Key, StringComparer.Ordinal),
        ];
        _metadata = metadata;
    }

    /// <summary>Writes the whole file to <paramref name="stream"/>.</summary>
    public void WriteTo(Stream stream)
    {
        var header = Header();
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var (_, _, tensor) in _tensors)
        {
            using var scope = NewDisposeScope(); // copies of one tensor
            TensorBytes.Visit(tensor.detach().cpu().contiguous(), (bytes, _) => stream.Write(bytes));
        }
    }

    private static string? Problem(string name, Tensor tensor)
    {
        if (name == SafeTensorsHeader.MetadataKey) return $"'{name}' cannot be a tensor's name.";
        if (tensor.is_sparse) return $"tensor '{name}' is sparse; write its to_dense().";
        return SafeTensorsTypes.Name(tensor.dtype) is null
            ? $"tensor '{name}' is {tensor.dtype}; convert it to one of {SafeTensorsTypes.Names}."
            : null;
    }

    private byte[] Header()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, AsTheReferenceWriter))
        {
            json.WriteStartObject();
            WriteMetadata(json);
            long end = 0;
            foreach (var (name, dtype, tensor) in _tensors)
            {
                var begin = end;
                end += tensor.numel() * (SafeTensorsTypes.Bits(dtype)!.Value / 8);
                json.WriteStartObject(name);
                json.WriteString("dtype", dtype);
                WriteNumbers(json, "shape", tensor.shape);
                WriteNumbers(json, "data_offsets", [begin, end]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private void WriteMetadata(Utf8JsonWriter json)
    {
        if (_metadata.Count == 0) return;

        json.WriteStartObject(SafeTensorsHeader.MetadataKey);
        foreach (var (key, value) in _metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
