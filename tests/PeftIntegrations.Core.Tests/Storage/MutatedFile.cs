using PeftIntegrations.Testing;

namespace PeftIntegrations.Core.Tests;

public sealed class MutatedFile : IDisposable
{
    private const long Allowance = 64 << 20; // bytes; the files themselves have a few thousand

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("safetensors", 1)]
    [InlineData("gguf", 2)]
    public void Is_read_or_refused(string kind, int seed) => ReadOrRefuse(kind, seed, 300);

    [Theory, Trait("Speed", "Slow")]
    [InlineData("safetensors", 3)]
    [InlineData("gguf", 4)]
    public void Is_read_or_refused_ten_thousand_times(string kind, int seed) => ReadOrRefuse(kind, seed, 10_000);

    private void ReadOrRefuse(string kind, int seed, int times)
    {
        var random = new Random(seed);
        var original = kind == "gguf" ? SmallGguf() : SmallSafeTensors();
        var read = 0;

        for (var i = 0; i < times; i++)
        {
            var path = _folder.Write("mutated", Mutated(original, random));
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (TryRead(kind, path)) read++;

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allowance);
        }

        Assert.InRange(read, 1, times - 1);
    }

    private static byte[] Mutated(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            // Mostly in the header: there is more to get wrong.
            var at = random.Next(random.Next(4) == 0 ? bytes.Count : Math.Min(bytes.Count, 400));
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.InsertRange(at, Enumerable.Range(0, random.Next(1, 9)).Select(_ => (byte)random.Next(256)));
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(2) == 0 ? bytes.Count - at : Math.Min(random.Next(1, 9), bytes.Count - at));
                    if (bytes.Count == 0) return [];
                    break;
            }
        }

        return [.. bytes];
    }

    private static bool TryRead(string kind, string path)
    {
        using var scope = NewDisposeScope();
        try
        {
            if (kind == "gguf") ReadGguf(path);
            else ReadSafeTensors(path);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static void ReadGguf(string path)
    {
        using var file = GgufFile.Open(path);
        foreach (var name in file.Tensors.Keys) file.Read(name, ScalarType.BFloat16).sum();
    }

    private static void ReadSafeTensors(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        foreach (var name in file.Tensors.Keys) file.Read(name).sum();
    }

    private byte[] SmallSafeTensors()
    {
        using var scope = NewDisposeScope();
        SafeTensorsFile.Write(_folder["small"], new Dictionary<string, Tensor>
        {
            ["model.a"] = ones(3, 5),
            ["model.b"] = zeros(4, ScalarType.BFloat16),
            ["c"] = tensor(1L),
            ["none"] = empty(0, 2),
        }, new Dictionary<string, string> { ["format"] = "pt" });
        return File.ReadAllBytes(_folder["small"]);
    }

    private static byte[] SmallGguf() => new GgufBytes { Content = new byte[1024] }
        .With("general.architecture", 8, GgufBytes.Text("llama")).With("llama.block_count", 4, 2, 0, 0, 0)
        .With("tokens", 9, [8, 0, 0, 0, .. BitConverter.GetBytes(2UL), .. GgufBytes.Text("a"), .. GgufBytes.Text("b")])
        .With("scores", 9, [6, 0, 0, 0, .. BitConverter.GetBytes(2UL), .. new byte[8]])
        .Tensor("a", 0, 0, 5, 3).Tensor("b", 12, 64, 256, 2).Tensor("c", 8, 352, 64).Tensor("d", 1, 448, 4).Build();
}
