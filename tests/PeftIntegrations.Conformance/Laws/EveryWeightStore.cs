using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Conformance;

/// <summary>A model whose matrices are quantised is, to every method, the model of the numbers that they hold.</summary>
[Collection(nameof(OneRandomStream))]
public sealed class EveryWeightStore
{
    private const double Rounding = 2e-5; // of the largest number

    private static readonly Dictionary<string, Func<Tensor, FrozenWeight>> Stores = new()
    {
        ["int8"] = weight => new Int8Weight(weight),
        ["Q8_0"] = weight => new GgufWeight("Q8_0", Blocks(weight), weight.dtype),
        ["int8-products"] = weight => new Int8ProductWeight(new GgufWeight("Q8_0", Blocks(weight), weight.dtype)), // rounds no training
    };

    public static TheoryData<string, string, string> Grid =>
    [
        .. from method in LawCase.Methods.Names
           from architecture in Pretrained.Architectures.Names
           from store in Stores.Keys
           select (method, architecture, store),
    ];

    [Theory, MemberData(nameof(Grid))]
    public void Has_the_losses_and_gradients_of_its_numbers(string method, string architecture, string store)
    {
        var (kept, dense) = Twins(architecture, store);
        using var _ = kept;
        using var __ = dense;
        using var scope = NewDisposeScope();

        var (loss, gradients) = Step(kept, method);

        var (expected, expectedGradients) = Step(dense, method);
        Assert.True(Math.Abs(loss - expected) <= Rounding * Math.Abs(expected), $"loss {loss} and not {expected}");
        var largest = expectedGradients.Values.Max(gradient => gradient.abs().max().item<float>());
        Assert.All(expectedGradients, pair => Assert.True(
            (gradients[pair.Key] - pair.Value).abs().max().item<float>() <= Rounding * largest, pair.Key));
    }

    [Theory, InlineData("int8"), InlineData("Q8_0")]
    public void Decodes_what_its_numbers_decode(string store)
    {
        var (kept, dense) = Twins("llama", store);
        using var _ = kept;
        using var __ = dense;
        using var scope = NewDisposeScope();
        using var ___ = no_grad();

        var difference = Difference.Relative(Decoded(dense), Decoded(kept));

        Assert.True(difference < 2e-5, $"{difference}");
    }

    [Fact]
    public void Merges_into_plain_numbers()
    {
        var (kept, dense) = Twins("llama", "Q8_0");
        using var _ = kept;
        using var __ = dense;
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();

        ModelFolder.Save(kept, folder.Path);

        using var merged = Pretrained.Load(folder.Path, new() { DType = ScalarType.Float32, Device = TestDevice.Name }).Model;
        Assert.All(dense.Weights, pair => Assert.Equal(0, Difference.Max(pair.Value.Read(), merged.Weights[pair.Key].Read())));
    }

    private static (PretrainedModel Kept, PretrainedModel Dense) Twins(string architecture, string store)
    {
        Assert.SkipWhen(store != "int8" && TestDevice.Current.type == DeviceType.CUDA, "GGUF blocks are kept on the processor alone");
        TorchRuntime.Seed(1);
        var source = new TinyModel(architecture) { Changes = new() { ["intermediate_size"] = 64 } };
        return (source.Create(Stores[store]), source.Create(weight => new DenseWeight(Stores[store](weight).Read())));
    }

    private static (double Loss, Dictionary<string, Tensor> Gradients) Step(PretrainedModel model, string method)
    {
        TorchRuntime.Seed(3);
        using var adapter = LawCase.Perturb(new Adapter(model, LawCase.Ready(LawCase.Methods.Create(method))));
        adapter.Attach();
        var ids = arange(12, dtype: ScalarType.Int64, device: TestDevice.Current).view(2, 6); // [batch, seq]
        var loss = model.Forward(new(ids)).square().mean();
        loss.backward();
        return (loss.item<float>(), adapter.Trainable.Index().Where(pair => pair.Item.grad is not null)
            .ToDictionary(pair => $"{pair.Index}", pair => pair.Item.grad!.clone()));
    }

    private static Tensor Decoded(PretrainedModel model)
    {
        using var cache = new KeyValueCache(10);
        Tensor Read(params long[] ids) =>
            model.Forward(new(tensor(ids, [1, ids.Length], device: TestDevice.Current)), cache).select(1, ids.Length - 1);
        return cat([Read(5, 6, 7, 8, 9), Read(10), Read(11)]);
    }

    // 34 bytes for 32 numbers: a half-precision scale, and whole numbers of it.
    private static Tensor Blocks(Tensor weight)
    {
        var parts = weight.to(ScalarType.Float32).contiguous().view(-1, 32); // [blocks, 32]
        var scales = (parts.abs().amax([1L], keepdim: true) / sbyte.MaxValue).to(ScalarType.Float16);
        var whole = (parts / scales.to(ScalarType.Float32)).round().clamp(-128, 127).to(ScalarType.Int8).contiguous();
        var blocks = new byte[whole.shape[0], 34];
        for (var i = 0; i < whole.shape[0]; i++)
        {
            scales.bytes.Slice(2 * i, 2).CopyTo(System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref blocks[i, 0], 2));
            whole.bytes.Slice(32 * i, 32).CopyTo(System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref blocks[i, 2], 32));
        }

        return tensor(blocks, device: CPU).view(weight.shape[0], -1).DetachFromDisposeScope();
    }
}
