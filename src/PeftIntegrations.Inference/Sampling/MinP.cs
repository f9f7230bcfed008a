using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Min-p (Nguyen et al. 2024, arXiv:2407.01082): keeps tokens at least p times as probable as the best.</summary>
[RegisteredAs("min_p")]
internal sealed class MinP(SamplingContext context) : Truncation
{
    private readonly double _p = context.Options.MinP ?? 0;

    public override int Order => 1400;

    public override bool IsActive => context.Options.IsSampling && _p > 0;

    protected override float LowestKept(ReadOnlySpan<float> scores, float best) => best + (float)Math.Log(_p);
}
