using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Nucleus sampling (Holtzman et al. 2020, arXiv:1904.09751): keeps the fewest best tokens whose probabilities reach p.</summary>
[RegisteredAs("top_p")]
internal sealed class TopP(SamplingContext context) : Truncation
{
    private readonly double _p = context.Options.TopP ?? 1;

    public override int Order => 1300;

    public override bool IsActive => context.Options.IsSampling && _p < 1;

    protected override float LowestKept(ReadOnlySpan<float> scores, float best)
    {
        using var scratch = new Scratch<float>(scores.Length);
        var logSum = Softmax.LogSum(scores, best, scratch.Span);

        // Tokens of at most (1 − p)/vocab each hold at most 1 − p together, so p is reached before them and they need no sorting.
        var candidates = Above(logSum + MathF.Log((float)(1 - _p) / scores.Length), scores, scratch.Span);
        candidates.Sort();

        var (kept, mass) = (candidates.Length, 0d);
        while (kept > 0 && mass < _p) mass += Math.Exp(candidates[--kept] - logSum);
        return kept < candidates.Length ? candidates[kept] : best;
    }

    private static Span<float> Above(float limit, ReadOnlySpan<float> scores, Span<float> buffer)
    {
        var count = 0;
        foreach (var score in scores)
        {
            buffer[count] = score;
            count += score > limit ? 1 : 0; // no branch: which scores pass can't be predicted
        }

        return buffer[..count];
    }
}
