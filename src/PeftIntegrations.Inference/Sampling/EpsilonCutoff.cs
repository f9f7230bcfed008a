using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>ε-sampling (Hewitt et al. 2022, arXiv:2210.15191): keeps tokens of probability at least ε.</summary>
[RegisteredAs("epsilon_cutoff")]
internal sealed class EpsilonCutoff(SamplingContext context) : Truncation
{
    private readonly double _epsilon = context.Options.EpsilonCutoff ?? 0;

    public override int Order => 1600;

    public override bool IsActive => context.Options.IsSampling && _epsilon > 0;

    protected override float LowestKept(ReadOnlySpan<float> scores, float best)
    {
        using var weights = new Scratch<float>(scores.Length);
        return Softmax.LogSum(scores, best, weights.Span) + (float)Math.Log(_epsilon);
    }
}
