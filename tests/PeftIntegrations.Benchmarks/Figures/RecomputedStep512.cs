using PeftIntegrations.Core;
using PeftIntegrations.Training;

namespace PeftIntegrations.Benchmarks;

/// <summary>P1c: the step of P1 with gradient checkpointing.</summary>
[RegisteredAs("p1c")]
internal sealed class RecomputedStep512 : LoraStep
{
    protected override TrainingOptions Options { get; } =
        new() { LearningRate = 1e-4, GradientCheckpointing = GradientCheckpointing.EveryLayer };

    protected override string[] PeerArguments(string model) => ["P1c", "--rounds", "3", "--model", model];
}
