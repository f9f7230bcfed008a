using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace PeftIntegrations.Core;

/// <summary>Reads and writes the small JSON files beside a model's tensors.</summary>
public static class JsonFile
{
    private const long MaxBytes = 256L << 20;
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads an object.</summary>
    /// <exception cref="InvalidDataException">The file is no JSON object, is nested too deep, or repeats a name.</exception>
    public static JsonObject Read(string path) =>
        Parse(path) as JsonObject ?? throw new InvalidDataException($"{path} holds no JSON object.");

    /// <summary>Reads a list.</summary>
    /// <exception cref="InvalidDataException">The file is no JSON list, is nested too deep, or repeats a name.</exception>
    public static JsonArray ReadArray(string path) =>
        Parse(path) as JsonArray ?? throw new InvalidDataException($"{path} holds no JSON list.");

    /// <summary>Writes an object, indented by two, replacing the file in one step.</summary>
    public static void Write(string path, JsonObject value) =>
        AtomicFile.Write(path, stream => stream.Write(ToBytes(value)));

    /// <summary>An object as a file holds it.</summary>
    internal static byte[] ToBytes(JsonObject value) => Encoding.UTF8.GetBytes(value.ToJsonString(Indented) + "\n");

    private static JsonNode? Parse(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > MaxBytes)
        {
            throw new InvalidDataException(
            $"{path} has {length} bytes; a JSON file of more than {MaxBytes} is refused.");
        }

        try
        {
            var bytes = File.ReadAllBytes(path);
            if (!Utf8.IsValid(bytes)) throw new InvalidDataException($"{path} is not UTF-8. Save it as UTF-8.");

            var options = new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false };
            var value = JsonNode.Parse(bytes.AsSpan(), documentOptions: options);
            _ = value?.ToJsonString(); // a node is read when it is asked for, and half a surrogate pair shows only then
            return value;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path} is not readable as JSON: {e.Message}", e);
        }
    }
}
