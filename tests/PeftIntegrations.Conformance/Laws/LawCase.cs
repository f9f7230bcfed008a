using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;

namespace PeftIntegrations.Conformance;

/// <summary>One method on one tiny model: what the laws are tried on.</summary>
internal sealed class LawCase : IDisposable
{
    public const string OwnLayers = "its own layers", EveryLayer = "every layer";
    private const string Narrow = "bf16 for fp32";
    private static readonly string[] Types = ["fp32", "bf16", Narrow], Reaches = [OwnLayers, EveryLayer];
    private static readonly bool[] OneTextIsShorter = [true, true, true, true, true, true, false, false, true, true, true, true];
    private readonly DisposeScope _scope = NewDisposeScope();

    public LawCase(string method, string architecture, string type, string reach, Device? device = null)
    {
        TorchRuntime.Seed(1);
        var place = device ?? TestDevice.Current;
        Type = type switch { "bf16" => ScalarType.BFloat16, "fp64" => ScalarType.Float64, _ => ScalarType.Float32 };
        Source = new(architecture) { Type = Type, Stored = type == Narrow ? ScalarType.BFloat16 : null, Device = place };
        Model = Source.Create();
        Method = Reach(Ready(Methods.Create(method)), reach);
        Adapter = new(Model, Method);
        Batch = new(
            randint(Model.Shape.Vocabulary, [2, 6], dtype: ScalarType.Int64).to(Model.Device),
            tensor(OneTextIsShorter, [2, 6]).to(Model.Device));
    }

    /// <summary>Every registered method × architecture × weight type, on the layers it takes by default and on all.</summary>
    public static TheoryData<string, string, string, string> Grid =>
    [
        .. from method in Methods.Names
           from architecture in Pretrained.Architectures.Names
           from type in Types
           from reach in Reaches
           where type != Narrow || reach == EveryLayer
           select (method, architecture, type, reach),
    ];

    /// <summary>Every registered method × architecture.</summary>
    public static TheoryData<string, string> Pairs =>
        [.. from method in Methods.Names from architecture in Pretrained.Architectures.Names select (method, architecture)];

    public static Registry<PeftMethod> Methods { get; } = new(typeof(Lora).Assembly);

    public TinyModel Source { get; }

    public PretrainedModel Model { get; }

    public PeftMethod Method { get; }

    public Adapter Adapter { get; }

    public TokenBatch Batch { get; }

    public ScalarType Type { get; }

    /// <summary>Whether all that the adapter does is a change of weights, so that it can be merged.</summary>
    public bool IsFoldable => Adapter.Parts.All(part => part.Site is AffineSite && part.Patches.All(patch => patch is AffinePatch));

    /// <summary>How far two ways to one result may be apart: a part of its largest number.</summary>
    public double Rounding => (Type, Model.Device.type) switch
    {
        (ScalarType.BFloat16, DeviceType.CUDA) => 8e-2, // its sums are rounded too
        (ScalarType.BFloat16, _) => 4e-2,
        _ => 2e-5,
    };

    public Tensor Logits() => Model.Forward(Batch);

    /// <summary>Some loss over the real tokens: what a padded query computes that sees nothing has no meaning.</summary>
    public Tensor Loss()
    {
        var logits = Logits();
        var scores = logits.to(Type == ScalarType.Float64 ? Type : ScalarType.Float32);
        return (scores.dim() == 2 ? scores : scores * Batch.Mask!.unsqueeze(-1)).square().mean();
    }

    /// <summary>Another adapter of the method, from another seed and perturbed.</summary>
    public Adapter Another()
    {
        TorchRuntime.Seed(2);
        return Perturb(new Adapter(Model, Method));
    }

    /// <summary>Moves every trainable number, so that nothing is at its start.</summary>
    public static Adapter Perturb(Adapter adapter)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var tensor in adapter.Trainable) tensor.add_(randn_like(tensor) * 0.2);
        return adapter;
    }

    /// <summary>Something a layer takes: token ids or activations.</summary>
    public Tensor InputOf(AffineSite site) => site is Embedding table
        ? randint(table.Vocabulary, [2, 3], dtype: ScalarType.Int64)
        : randn(2, 3, site.WeightShape[^1]).to(Type);

    public void Dispose()
    {
        Adapter.Dispose();
        Model.Dispose();
        _scope.Dispose();
    }

    /// <summary>The method with what its user has to say, where nothing is what it does without.</summary>
    public static PeftMethod Ready(PeftMethod method) => method switch
    {
        TrainableTokens tokens => tokens with { TokenIndices = [.. Enumerable.Range(2, 40)] },
        BottleneckMethod bottleneck => bottleneck with { ReductionFactor = 2 }, // of two ReLUs both may be silent
        _ => method,
    };

    private PeftMethod Reach(PeftMethod method, string reach) => reach == OwnLayers ? method : method with
    {
        Targets = Targets.Roles([.. Model.Sites.OfType<AffineSite>().Select(site => site.Role).Distinct()]),
        Bias = BiasTraining.All,
        ModulesToSave = [Model.Sites.First(site => site.Role == Role.Norm).Path],
    };
}
