using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;
using PeftIntegrations.Testing;
using PeftIntegrations.Training;

namespace PeftIntegrations.Benchmarks;

/// <summary>Memory after 1,000 steps over that after 10: a LoRA step over 8 × 128 tokens of stories260K.</summary>
[RegisteredAs("growth")]
internal sealed class Growth : Figure
{
    private const long Rows = 8, Length = 128;
    private const int First = 10, Last = 1000;

    protected override (string Ours, string Theirs) Key => ("growth", "growth");

    protected override string[] PeerArguments(string model) => throw new NotSupportedException("The peer has no such figure.");

    protected override Task<string> ModelAsync() => Task.FromResult(Path.Combine(ReferenceSet.Current.Models!, "stories260K"));

    protected override JsonObject Measure(string model)
    {
        using var loaded = Pretrained.Load(model, new() { Device = TestDevice.Name }).Model;
        using var adapter = new Adapter(loaded, new Lora { Rank = 8, Alpha = 16, Targets = Targets.AllLinear });
        adapter.Attach();
        adapter.Train(true);
        using var stepper = new Stepper(adapter, new CausalLanguageModel(), new() { LearningRate = 1e-4 }, steps: Last);
        var (after, tensors) = (0L, 0L);
        for (var step = 1; step <= Last; step++)
        {
            Step(loaded, stepper);
            if (step == First) (after, tensors) = (Held(), Tensor.TotalCount);
        }

        return new()
        {
            ["growth"] = Math.Round((double)Held() / after, 4),
            ["mib_after_10"] = after >> 20,
            ["more_tensors"] = Tensor.TotalCount - tensors,
        };
    }

    private static void Step(PretrainedModel model, Stepper stepper)
    {
        using var scope = NewDisposeScope();
        var ids = randint(0, model.Shape.Vocabulary, [Rows, Length], dtype: ScalarType.Int64, device: TestDevice.Current);
        stepper.Step([new(new(ids), ids)]);
    }

    private static long Held()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        KeptTensors.GiveBackHoles();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true); // what it keeps for later is no leak
        return Environment.WorkingSet;
    }
}
