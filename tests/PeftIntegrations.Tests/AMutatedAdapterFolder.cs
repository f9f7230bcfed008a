using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Tests;

public sealed class AMutatedAdapterFolder : IDisposable
{
    private static readonly string[] Files = [AdapterFolder.ConfigFile, AdapterFolder.TensorFile];
    private static readonly Registry<PeftMethod> Methods = new(typeof(Lora).Assembly);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Is_loaded_or_refused() => LoadOrRefuse(seed: 1, times: 200);

    [Fact, Trait("Speed", "Slow")]
    public void Is_loaded_or_refused_ten_thousand_times() => LoadOrRefuse(seed: 2, times: 10_000);

    private void LoadOrRefuse(int seed, int times)
    {
        using var scope = NewDisposeScope();
        var options = new LoadOptions { DType = ScalarType.Float32, Device = "cpu" };
        using var model = Pretrained.Load(TinyModelFolder.WriteLlama(_folder["model"]), options).Model;
        var method = new Lora { Rank = 2, TokenIndices = [7], RankPattern = new Dictionary<string, int> { ["layers.1.*"] = 3 } };
        using (var adapter = new Adapter(model, method)) AdapterFolder.Save(adapter, _folder["it"]);

        var original = Files.Select(file => File.ReadAllBytes(Path.Combine(_folder["it"], file))).ToArray();
        var random = new Random(seed);
        var loaded = 0;
        for (var i = 0; i < times; i++)
        {
            foreach (var (file, bytes) in Files.Zip(original)) File.WriteAllBytes(Path.Combine(_folder["it"], file), bytes);
            var which = random.Next(2);
            File.WriteAllBytes(Path.Combine(_folder["it"], Files[which]), Mutated(original[which], random));
            if (TryLoad(model)) loaded++;
        }

        Assert.InRange(loaded, 1, times - 1);
    }

    private bool TryLoad(PretrainedModel model)
    {
        using var scope = NewDisposeScope();
        try
        {
            using var adapter = AdapterFolder.Load(_folder["it"], model, Methods);
            adapter.Attach();
            model.Forward(new(tensor(new long[] { 7, 8 }).unsqueeze(0)));
            adapter.Detach();
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or FileNotFoundException)
        {
            return false;
        }
    }

    private static byte[] Mutated(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            // Mostly in the header: there is more to get wrong.
            var at = random.Next(random.Next(4) == 0 ? bytes.Count : Math.Min(bytes.Count, 1200));
            var rest = bytes.Count - at;
            switch (random.Next(5))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] = (byte)"0123456789[]{}\",:null.e-\\"[random.Next(25)]; break;
                case 3: bytes.InsertRange(at, Enumerable.Range(0, random.Next(1, 9)).Select(_ => (byte)random.Next(' ', 127))); break;
                default: bytes.RemoveRange(at, random.Next(4) == 0 ? rest : Math.Min(random.Next(1, 9), rest)); break;
            }
        }

        return [.. bytes];
    }
}
