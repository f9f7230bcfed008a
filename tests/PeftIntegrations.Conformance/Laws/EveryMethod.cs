using PeftIntegrations.Core;
using PeftIntegrations.Methods;

namespace PeftIntegrations.Conformance;

/// <summary>What holds for each registered method × architecture × weight type. A new one is covered the day it is registered.</summary>
[Collection(nameof(OneRandomStream))]
public sealed class EveryMethod
{
    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Starts_as_the_model_itself(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        Assert.SkipWhen(law.Method is PromptMethod, $"{method} starts with virtual tokens, which the model reads");
        var before = law.Logits();

        law.Adapter.Attach();

        Assert.InRange(Difference.Relative(before, law.Logits()), 0, law.Rounding);
    }

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Leaves_the_model_as_it_was_once_detached(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        var (before, weights) = (law.Logits(), law.Model.Weights.ToDictionary(pair => pair.Key, pair => pair.Value.Read().clone()));

        law.Adapter.Attach();
        LawCase.Perturb(law.Adapter);
        var attached = law.Logits();
        law.Adapter.Detach();

        Assert.True(Difference.Relative(before, attached) > 1e-2, "the adapter changed nothing while attached");
        Assert.Equal(0, Difference.Max(before, law.Logits()));
        Assert.All(weights, pair => Assert.Equal(0, Difference.Max(pair.Value, law.Model.Weights[pair.Key].Read())));
        Assert.All(law.Model.Sites, site => Assert.Empty(site.Levels));
    }

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Sends_gradients_to_all_of_its_tensors_and_to_none_of_the_models(string method, string architecture, string type,
        string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        law.Adapter.Attach();
        LawCase.Perturb(law.Adapter);

        law.Loss().backward();

        Assert.NotEmpty(law.Adapter.Trainable);
        var trained = law.Adapter.Tensors.Where(pair => pair.Value.requires_grad);
        Assert.All(trained, pair => Assert.True(Magnitude(pair.Value.grad) > 0, pair.Key));
        Assert.All(law.Model.Weights, pair => Assert.True(!pair.Value.Read().requires_grad && pair.Value.Read().grad is null, pair.Key));
    }

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Folds_into_weights_that_give_the_same_output_as_its_forward(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        law.Adapter.Attach();
        LawCase.Perturb(law.Adapter);

        foreach (var site in law.Adapter.Parts.Select(part => part.Site).OfType<AffineSite>())
        {
            if (Folded(site) is not { } folded) continue; // depends on its input: says so instead of folding
            var x = law.InputOf(site);
            var difference = Difference.Relative(site.Apply(x, folded), site.Forward(x));
            Assert.True(difference <= law.Rounding, $"{site.Path} differs by {difference:g3}");
            Assert.Equal(site.DType, folded.Weight.dtype);
        }
    }

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Meets_no_tensor_on_another_device(string method, string architecture, string type, string reach)
    {
        try
        {
            ComputeOn(new Device(DeviceType.META), method, architecture, type, reach); // shapes only; refuses to mix with tensors elsewhere
        }
        catch (System.Runtime.InteropServices.ExternalException e) when (e.Message
            .Contains("Meta kernel registered", StringComparison.Ordinal))
        {
            Assert.Skip($"libtorch cannot do {e.Message.Split(':')[2]} on the meta device"); // but met no tensor elsewhere before it
        }
    }

    [Theory, MemberData(nameof(LawCase.Pairs), MemberType = typeof(LawCase))]
    public void Starts_alike_from_one_seed(string method, string architecture)
    {
        using var law = new LawCase(method, architecture, "fp32", LawCase.EveryLayer);

        using var first = From(seed: 3, law);
        using var again = From(seed: 3, law);

        Assert.Equal(first.Tensors.Keys, again.Tensors.Keys);
        Assert.All(first.Tensors, pair => Assert.Equal(0, Difference.Max(pair.Value, again.Tensors[pair.Key])));
    }

    [Theory, MemberData(nameof(LawCase.Pairs), MemberType = typeof(LawCase))]
    public void Drops_out_only_while_it_is_trained(string method, string architecture)
    {
        using var law = new LawCase(method, architecture, "fp32", LawCase.OwnLayers);
        Assert.SkipUnless(law.Method is Lora, $"{method} has no dropout");
        using var adapter = LawCase.Perturb(new Adapter(law.Model, (Lora)law.Method with { Dropout = 0.5 }));
        adapter.Attach();

        var (still, stillAgain) = (law.Logits(), law.Logits());
        adapter.Train(true);
        var (dropped, droppedAgain) = (law.Logits(), law.Logits());
        adapter.Train(false);

        Assert.Equal(0, Difference.Max(still, stillAgain));
        Assert.True(Difference.Max(dropped, droppedAgain) > 1e-3, "dropout did nothing while training");
        Assert.Equal(0, Difference.Max(still, law.Logits()));
    }

    private static void ComputeOn(Device device, params string[] names)
    {
        using var law = new LawCase(names[0], names[1], names[2], names[3], device);
        law.Adapter.Attach();
        law.Adapter.Train(true);
        MetaStandIns.PutInto(law.Model);

        law.Loss().backward();

        Assert.All(law.Adapter.Tensors, pair => Assert.True(pair.Value.device_type == device.type, pair.Key));
        var patches = law.Adapter.Parts.Where(part => part.Site is not Embedding).SelectMany(part => part.Patches);
        Assert.All(patches.SelectMany(patch => patch.Tensors), own => Assert.Equal(device.type, own.Tensor.grad?.device_type));
    }

    private static Adapter From(long seed, LawCase law)
    {
        TorchRuntime.Seed(seed);
        return new(law.Model, law.Method);
    }

    private static double Magnitude(Tensor? gradient) => gradient is null ? 0 : gradient.abs().sum().to(ScalarType.Float64).item<double>();

    private static Affine? Folded(AffineSite site)
    {
        try
        {
            return site.Folded();
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
