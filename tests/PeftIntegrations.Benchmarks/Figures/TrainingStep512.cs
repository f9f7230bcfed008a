using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;
using PeftIntegrations.Training;

namespace PeftIntegrations.Benchmarks;

/// <summary>P1, P2: a LoRA step (r = 8, all linear layers) over 4 × 512 tokens of a bf16 checkpoint.</summary>
[RegisteredAs("p1")]
internal sealed class TrainingStep512 : Figure
{
    private const long Rows = 4, Length = 512;
    private const int Steps = 7;

    protected override (string Ours, string Theirs) Key => ("tokens_per_s", "tokens_per_s");

    protected override string[] PeerArguments(string model) => ["P1", "--model", model];

    protected override JsonObject Measure(string model)
    {
        using var loaded = Pretrained.Load(model, new() { Device = "cpu" }).Model;
        using var adapter = new Adapter(loaded, new Lora { Rank = 8, Alpha = 16, Targets = Targets.AllLinear });
        adapter.Attach();
        adapter.Train(true);
        using var stepper = new Stepper(adapter, new CausalLanguageModel(), new() { LearningRate = 1e-4 }, steps: 1000);
        var before = ProductRate(loaded.DType, Rows * Length, loaded.Shape.Hidden, 1536);
        var times = Enumerable.Range(0, Steps).Select(_ => Step(loaded, stepper)).ToArray();
        var seconds = Median(times, warm: 2);
        return new()
        {
            ["step_s"] = seconds,
            ["tokens_per_s"] = Rows * Length / seconds,
            ["type"] = loaded.DType.ToString(),
            ["gemm_gflops"] = new JsonArray(before, ProductRate(loaded.DType, Rows * Length, loaded.Shape.Hidden, 1536)),
            ["trainable"] = adapter.TrainableCount,
        };
    }

    private static double Step(PretrainedModel model, Stepper stepper)
    {
        using var scope = NewDisposeScope();
        var ids = randint(0, model.Shape.Vocabulary, [Rows, Length], dtype: ScalarType.Int64);
        return Seconds(() => stepper.Step([new(new(ids), ids)]));
    }
}
