using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Keeps the k best tokens, and those that score as the k-th does (Fan et al. 2018, arXiv:1805.04833, §5.4).</summary>
[RegisteredAs("top_k")]
internal sealed class TopK(SamplingContext context) : Truncation
{
    private const int Default = 50; // Hugging Face's

    private readonly int _k = context.Options.TopK ?? Default;

    public override int Order => 1200;

    public override bool IsActive => context.Options.IsSampling && _k > 0;

    protected override float LowestKept(ReadOnlySpan<float> scores, float best)
    {
        if (_k >= scores.Length) return float.NegativeInfinity;

        using var largest = new Scratch<float>(_k);
        Largest.Of(scores, largest.Span);
        return largest.Span[0];
    }
}
