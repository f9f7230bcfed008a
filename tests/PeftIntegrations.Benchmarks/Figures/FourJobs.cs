using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;
using PeftIntegrations.Testing;
using PeftIntegrations.Training;

namespace PeftIntegrations.Benchmarks;

/// <summary>
/// P8: four LoRA jobs (r = 8, all linear layers) over one base, 1 × 256 tokens each, in joint steps, in the type that the machine computes
/// fastest. The peer trains them one after another.
/// </summary>
[RegisteredAs("p8")]
internal sealed class FourJobs : Figure
{
    private const int Jobs = 4, Length = 256, Steps = 6;

    protected override (string Ours, string Theirs) Key => ("tokens_per_s", "one_after_another_tokens_per_s");

    protected override string[] PeerArguments(string model) => ["P8", "--model", model];

    protected override JsonObject Measure(string model)
    {
        using var loaded = Pretrained.Load(model, new() { Device = TestDevice.Name }).Model;
        using var adapters = new AdapterStack(loaded);
        NamedRun[] runs = [.. Enumerable.Range(0, Jobs).Select(job => Run(loaded, adapters, job))];
        var before = ProductRate(loaded);
        var joint = Median(Enumerable.Range(0, Steps).Select(_ => Seconds(() => new JointStep(adapters, runs).Do())).ToArray(), warm: 2);
        var alone = Median(Enumerable.Range(0, Steps).Select(_ => Seconds(() => runs[0].Next(adapters))).ToArray(), warm: 2);
        foreach (var run in runs) run.Run.Dispose();
        return new()
        {
            ["tokens_per_s"] = Jobs * Length / joint,
            ["one_after_another_tokens_per_s"] = Length / alone,
            ["type"] = $"{loaded.DType}",
            ["gemm_gflops"] = new JsonArray(before, ProductRate(loaded)),
        };
    }

    private static NamedRun Run(PretrainedModel model, AdapterStack adapters, int job)
    {
        var name = $"job{job}";
        var adapter = new Adapter(model, new Lora { Rank = 8, Alpha = 16, Targets = Targets.AllLinear });
        adapters.Set(name, adapter);
        var random = new Random(job);
        int[] ids = [.. Enumerable.Range(0, Length).Select(_ => random.Next((int)model.Shape.Vocabulary))];
        var options = new TrainingOptions { BatchSize = 1, MaxSteps = 1000, LearningRate = 1e-4 };
        return new(name, new(adapter, new SequenceRows([new(ids, ids)]), null, options, new CausalLanguageModel()));
    }

    private static double ProductRate(PretrainedModel model) => ProductRate(model.DType, Jobs * Length, model.Shape.Hidden, 1536);
}
