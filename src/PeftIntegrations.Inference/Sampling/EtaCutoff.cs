using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>η-sampling (Hewitt et al. 2022, arXiv:2210.15191): keeps tokens of probability at least η = min(ε, √ε·exp(−entropy)).</summary>
[RegisteredAs("eta_cutoff")]
internal sealed class EtaCutoff(SamplingContext context) : Truncation
{
    private readonly double _epsilon = context.Options.EtaCutoff ?? 0;

    public override int Order => 1700;

    public override bool IsActive => context.Options.IsSampling && _epsilon > 0;

    protected override float LowestKept(ReadOnlySpan<float> scores, float best)
    {
        using var weights = new Scratch<float>(scores.Length);
        var logSum = Softmax.LogSum(scores, best, weights.Span);
        var entropy = Softmax.Entropy(scores, best, logSum, weights.Span);
        var logEta = Math.Min(Math.Log(_epsilon), (Math.Log(_epsilon) / 2) - entropy);
        return logSum + (float)logEta;
    }
}
