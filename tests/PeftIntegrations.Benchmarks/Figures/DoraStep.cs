using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Training;

namespace PeftIntegrations.Benchmarks;

/// <summary>A DoRA step against a LoRA step, both over 4 × 512 tokens: their times, and the quotient of the medians.</summary>
[RegisteredAs("dora")]
internal sealed class DoraStep : LoraStep
{
    private const int Turns = 3;

    protected override (string Ours, string Theirs) Key => ("dora_s", "");

    protected override TrainingOptions Options { get; } = new() { LearningRate = 1e-4 };

    protected override string[]? PeerArguments(string model) => null; // the bound is on our own quotient

    protected override JsonObject Measure(string model)
    {
        var lora = With(model, Method, (_, step) => Times(step));
        var dora = With(model, new Dora { Rank = 8, Alpha = 16 }, (_, step) => Times(step));
        var (loraSeconds, doraSeconds) = (Median(lora, warm: 1), Median(dora, warm: 1));
        return new() { ["lora_s"] = loraSeconds, ["dora_s"] = doraSeconds, ["over_lora"] = doraSeconds / loraSeconds };
    }

    private static double[] Times(Func<double> step) => [.. Enumerable.Range(0, Turns + 1).Select(_ => step())];
}
