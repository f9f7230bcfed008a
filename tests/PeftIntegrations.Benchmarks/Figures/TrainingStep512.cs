using PeftIntegrations.Core;
using PeftIntegrations.Training;

namespace PeftIntegrations.Benchmarks;

/// <summary>P1, P2: a LoRA step over 4 × 512 tokens, and what it needs of memory.</summary>
[RegisteredAs("p1")]
internal sealed class TrainingStep512 : LoraStep
{
    protected override TrainingOptions Options { get; } = new() { LearningRate = 1e-4 };

    protected override string[] PeerArguments(string model) => ["P1", "--rounds", "3", "--model", model];
}
