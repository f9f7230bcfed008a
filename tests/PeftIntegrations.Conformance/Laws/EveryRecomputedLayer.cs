using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;

namespace PeftIntegrations.Conformance;

/// <summary>Layers that are run again for their gradient, against those that keep what it needs: dropout and all.</summary>
[Collection(nameof(OneRandomStream))]
public sealed class EveryRecomputedLayer
{
    private static readonly GradientCheckpointing[] Choices =
        [GradientCheckpointing.EveryLayer, GradientCheckpointing.FirstLayers(1), GradientCheckpointing.OneOf(2)];

    private static readonly PeftMethod[] SharedByLayers =
    [
        new PrefixTuning { HasProjection = true, Length = 3 }, new PTuning { Length = 3 },
        new PTuning { Encoder = PromptEncoder.Lstm, EncoderDropout = 0.4, Length = 3 },
        new Lora { Layers = [1], Dropout = 0.5 },
    ];

    public static TheoryData<string, string, string> Grid =>
        [.. from row in LawCase.Pairs from type in (string[])["fp32", "fp64"] select (row.Data.Item1, row.Data.Item2, type)];

    public static TheoryData<int, string> Shared =>
        [.. from method in Enumerable.Range(0, SharedByLayers.Length) from row in (string[])["llama", "bert"] select (method, row)];

    [Theory, MemberData(nameof(Grid))]
    public void Has_the_gradient_of_one_that_is_kept(string method, string architecture, string type)
    {
        set_default_dtype(type == "fp64" ? ScalarType.Float64 : ScalarType.Float32);
        try
        {
            using var law = new LawCase(method, architecture, type, LawCase.OwnLayers);
            Compare(law, Dropping(law.Method, IsStreamReadable ? 0.4 : 0));
        }
        finally
        {
            set_default_dtype(ScalarType.Float32);
        }
    }

    [Theory, MemberData(nameof(Shared))]
    public void Shares_with_the_others_what_a_network_makes_for_all(int method, string architecture)
    {
        using var law = new LawCase("LORA", architecture, "fp32", LawCase.OwnLayers);

        Compare(law, IsStreamReadable ? SharedByLayers[method] : Dropping(SharedByLayers[method], 0));
    }

    [Fact]
    public void Draws_again_what_it_drew()
    {
        using var scope = NewDisposeScope();
        var stream = RandomStream.At(TestDevice.Current);
        var drawn = rand(9);

        using (stream.Replayed(stream.State))
        {
            Assert.Equal(0, Difference.Max(drawn, rand(9)));
        }

        Assert.NotEqual(0, Difference.Max(drawn, rand(9)));
    }

    [Fact]
    public void Leaves_no_tensor_behind()
    {
        using var law = new LawCase("PREFIX_TUNING", "llama", "fp32", LawCase.OwnLayers);
        law.Adapter.Attach();
        law.Model.Checkpointing = GradientCheckpointing.EveryLayer;
        Step(law, law.Adapter);
        var before = LiveTensors.CountAfterCollection();

        for (var i = 0; i < 20; i++) Step(law, law.Adapter);

        Assert.Equal(before, Tensor.TotalCount);
    }

    /// <summary>A GPU's stream cannot be read: its layers draw the same again, but not what they would draw if they were kept.</summary>
    private static bool IsStreamReadable => TestDevice.Current.type != DeviceType.CUDA;

    private static void Compare(LawCase law, PeftMethod method)
    {
        using var adapter = LawCase.Perturb(new Adapter(law.Model, method));
        adapter.Attach();
        adapter.Train(true);
        var kept = Results(law, adapter, GradientCheckpointing.None);

        foreach (var choice in Choices)
        {
            var again = Results(law, adapter, choice);
            Assert.Equal(kept.Count, again.Count);
            Assert.All(kept, pair => Assert.True(
                Difference.Max(pair.Value, again[pair.Key]) <= 1e-6 * Math.Max(1, pair.Value.abs().max().ToDouble()),
                $"{pair.Key} differs by {Difference.Max(pair.Value, again[pair.Key]):g3} with {choice}"));
        }
    }

    /// <summary>The loss, the gradients, and the random number that is next.</summary>
    private static Dictionary<string, Tensor> Results(LawCase law, Adapter adapter, GradientCheckpointing choice)
    {
        law.Model.Checkpointing = choice;
        TorchRuntime.Seed(7);
        var loss = Step(law, adapter);
        var results = adapter.Tensors.Where(pair => pair.Value.grad is not null).ToDictionary(p => p.Key, p => p.Value.grad!.clone());
        return new(results) { ["the loss"] = tensor(loss), ["the next random number"] = IsStreamReadable ? rand(1) : zeros(1) };
    }

    private static double Step(LawCase law, Adapter adapter)
    {
        foreach (var tensor in adapter.Trainable) tensor.grad = null;
        using var scope = NewDisposeScope();
        var loss = law.Loss();
        loss.backward();
        HandedOver.Release();
        return loss.ToDouble();
    }

    /// <summary>The method with this dropout, where it knows of any.</summary>
    private static PeftMethod Dropping(PeftMethod method, double rate)
    {
        var dropping = method with { };
        foreach (var option in method.GetType().GetProperties().Where(p => p.Name.EndsWith("Dropout", StringComparison.Ordinal)))
        {
            option.SetValue(dropping, rate);
        }

        return dropping;
    }
}
