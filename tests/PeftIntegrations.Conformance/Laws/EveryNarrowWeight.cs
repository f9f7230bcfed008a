using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;

namespace PeftIntegrations.Conformance;

/// <summary>A weight that stays in its checkpoint's half precision gives what it gives widened, but for the last bit of a sum.</summary>
[Collection(nameof(OneRandomStream))]
public sealed class EveryNarrowWeight
{
    public static TheoryData<string, ScalarType> Models =>
    [
        .. from architecture in Pretrained.Architectures.Names
           from stored in new[] { ScalarType.BFloat16, ScalarType.Float16 }
           select (architecture, stored),
    ];

    [Theory, MemberData(nameof(Models))]
    public void Computes_what_one_does_that_was_widened_at_once(string architecture, ScalarType stored)
    {
        Assert.SkipWhen(TestDevice.Current.type == DeviceType.CUDA, "a GPU computes in half precision: no weight stays narrow");
        using var scope = NewDisposeScope();
        using var narrow = new TinyModel(architecture) { Stored = stored }.Create();
        using var folder = new TemporaryFolder();
        ModelFolder.Save(narrow, folder.Path); // in the type that is computed with
        using var wide = Pretrained.Load(folder.Path, new() { DType = ScalarType.Float32, Device = TestDevice.Name }).Model;

        var (first, second) = (Results(narrow), Results(wide));

        Assert.Equal(ScalarType.Float32, narrow.DType);
        Assert.Contains(narrow.Weights.Values, weight => weight is NarrowWeight);
        Assert.DoesNotContain(wide.Weights.Values, weight => weight is NarrowWeight);
        Assert.All(first.Zip(second), pair => Assert.InRange(Difference.Max(pair.First, pair.Second), 0, 1e-5));
    }

    // The scores, the gradients of an adapter, and the weights that it is folded into.
    private static Tensor[] Results(PretrainedModel model)
    {
        TorchRuntime.Seed(1);
        using var adapter = new Adapter(model, new Lora { Targets = Targets.AllLinear });
        adapter.Attach();
        using (no_grad())
        {
            foreach (var tensor in adapter.Trainable) tensor.add_(0.01);
        }

        var tokens = arange(12, dtype: ScalarType.Int64, device: TestDevice.Current).view(3, 4); // more rows than own code multiplies
        var scores = model.Forward(new(tokens));
        scores.square().sum().backward();
        Tensor[] results =
        [
            scores.detach(), .. adapter.Trainable.Select(tensor => tensor.grad!.clone()),
            .. model.Sites.OfType<Projection>().Select(site => site.Folded().Weight.detach()),
        ];
        adapter.Detach();
        return results;
    }
}
