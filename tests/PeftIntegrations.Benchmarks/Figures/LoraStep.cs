using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;
using PeftIntegrations.Testing;
using PeftIntegrations.Training;

namespace PeftIntegrations.Benchmarks;

/// <summary>The time of a LoRA step (r = 8, all linear layers) over 4 × 512 tokens, in the machine's fastest type.</summary>
internal abstract class LoraStep : Figure
{
    private const long Rows = 4, Length = 512;
    private const int Steps = 5;

    /// <summary>r = 8, all linear layers.</summary>
    public static Lora Method { get; } = new() { Rank = 8, Alpha = 16 };

    protected override (string Ours, string Theirs) Key => ("tokens_per_s", "tokens_per_s");

    protected abstract TrainingOptions Options { get; }

    /// <summary>Operations of a step's products with frozen weights: each number is multiplied once forward and once back.</summary>
    public static double FrozenProducts(PretrainedModel model) => 4.0 * Rows * Length
        * model.Sites.OfType<Projection>().Sum(layer => layer.In * layer.Out);

    /// <summary>What a plain product reaches in this process and in the model's type, in GFLOP/s.</summary>
    public static double ProductRate(PretrainedModel model) => ProductRate(model.DType, Rows * Length, model.Shape.Hidden, 1536);

    /// <summary>Does something with the model and with steps, each of which gives its time in seconds.</summary>
    public T With<T>(string model, Lora method, Func<PretrainedModel, Func<double>, T> work)
    {
        using var loaded = Pretrained.Load(model, new() { Device = TestDevice.Name }).Model;
        using var adapter = new Adapter(loaded, method with { Targets = Targets.AllLinear });
        adapter.Attach();
        adapter.Train(true);
        using var stepper = new Stepper(adapter, new CausalLanguageModel(), Options, steps: 1000);
        return work(loaded, () => Step(loaded, stepper));
    }

    protected override JsonObject Measure(string model) => With(model, Method, (loaded, step) =>
    {
        var before = ProductRate(loaded);
        var seconds = Median(Enumerable.Range(0, Steps).Select(_ => step()), warm: 2);
        var after = ProductRate(loaded);
        return new JsonObject
        {
            ["step_s"] = seconds,
            ["tokens_per_s"] = Rows * Length / seconds,
            ["type"] = $"{loaded.DType}",
            ["gemm_gflops"] = new JsonArray(before, after),
            ["gemm_share"] = FrozenProducts(loaded) / seconds / ((before + after) / 2 * 1e9),
        };
    });

    private static double Step(PretrainedModel model, Stepper stepper)
    {
        using var scope = NewDisposeScope();
        var ids = randint(0, model.Shape.Vocabulary, [Rows, Length], dtype: ScalarType.Int64);
        return Seconds(() => stepper.Step([new(new(ids), ids)]));
    }
}
