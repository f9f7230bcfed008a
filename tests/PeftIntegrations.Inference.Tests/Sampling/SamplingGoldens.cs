using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PeftIntegrations.Inference;

/// <summary>Cases of Hugging Face's processors, in $PEFT_REFERENCE, else a shared/reference above, else the copies in Goldens.</summary>
public static class SamplingGoldens
{
    public static TheoryData<string> Names { get; } =
        [.. Directory.GetDirectories(Root()).Select(folder => Path.GetFileName(folder)).Order()];

    public static (JsonObject Settings, float Tolerance, SafeTensors Tensors) Read(string name)
    {
        var folder = Path.Combine(Root(), name);
        var facts = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "case.json")))!;
        return (facts["settings"]!.AsObject(), (float)facts["tolerance"]!, new(Path.Combine(folder, "expected.safetensors")));
    }

    private static string Root()
    {
        var above = new List<string>();
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent) above.Add(at.FullName);

        return above.Select(folder => Path.Combine(folder, "shared", "reference"))
            .Concat(above.Select(folder => Path.Combine(folder, "Goldens")))
            .Prepend(Environment.GetEnvironmentVariable("PEFT_REFERENCE") ?? "none")
            .Select(place => Path.Combine(place, "sampling", "processors"))
            .First(Directory.Exists);
    }

    /// <summary>The F32 and I64 matrices of a file.</summary>
    public sealed class SafeTensors
    {
        private readonly byte[] _bytes;
        private readonly JsonElement _header;
        private readonly int _start;

        public SafeTensors(string path)
        {
            _bytes = File.ReadAllBytes(path);
            _start = 8 + (int)BitConverter.ToInt64(_bytes);
            _header = JsonDocument.Parse(Encoding.UTF8.GetString(_bytes, 8, _start - 8)).RootElement;
        }

        public float[][] Floats(string name) => Rows<float>(name, "F32");

        public int[][] Ids(string name) => [.. Rows<long>(name, "I64").Select(row => row.Select(id => (int)id).ToArray())];

        private T[][] Rows<T>(string name, string type) where T : unmanaged
        {
            var tensor = _header.GetProperty(name);
            var offsets = tensor.GetProperty("data_offsets").Deserialize<int[]>()!;
            Assert.Equal(type, tensor.GetProperty("dtype").GetString());
            var numbers = MemoryMarshal.Cast<byte, T>(_bytes.AsSpan(_start..)[offsets[0]..offsets[1]]).ToArray();
            return [.. numbers.Chunk(tensor.GetProperty("shape")[1].GetInt32())];
        }
    }
}
