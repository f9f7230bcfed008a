using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;
using PeftIntegrations.Training;

namespace PeftIntegrations.Benchmarks;

/// <summary>The time of a LoRA step (r = 8, all linear layers) over 4 × 512 tokens, in the type that computes fastest here.</summary>
internal abstract class LoraStep : Figure
{
    private const long Rows = 4, Length = 512;
    private const int Steps = 7;

    protected override (string Ours, string Theirs) Key => ("tokens_per_s", "tokens_per_s");

    protected abstract TrainingOptions Options { get; }

    protected override JsonObject Measure(string model)
    {
        using var loaded = Pretrained.Load(model, new() { Device = "cpu" }).Model;
        using var adapter = new Adapter(loaded, new Lora { Rank = 8, Alpha = 16, Targets = Targets.AllLinear });
        adapter.Attach();
        adapter.Train(true);
        using var stepper = new Stepper(adapter, new CausalLanguageModel(), Options, steps: 1000);
        var before = ProductRate(loaded);
        var times = Enumerable.Range(0, Steps).Select(_ => Step(loaded, stepper)).ToArray();
        var seconds = Median(times, warm: 2);
        return new()
        {
            ["step_s"] = seconds,
            ["tokens_per_s"] = Rows * Length / seconds,
            ["type"] = $"{loaded.DType}",
            ["gemm_gflops"] = new JsonArray(before, ProductRate(loaded)),
            ["trainable"] = adapter.TrainableCount,
        };
    }

    private static double ProductRate(PretrainedModel model) => ProductRate(model.DType, Rows * Length, model.Shape.Hidden, 1536);

    private static double Step(PretrainedModel model, Stepper stepper)
    {
        using var scope = NewDisposeScope();
        var ids = randint(0, model.Shape.Vocabulary, [Rows, Length], dtype: ScalarType.Int64);
        return Seconds(() => stepper.Step([new(new(ids), ids)]));
    }
}
