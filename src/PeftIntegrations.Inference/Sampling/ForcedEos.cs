using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Leaves only the forced tokens, all equally likely, where the length limit allows one more token.</summary>
[RegisteredAs("forced_eos_token_id")]
internal sealed class ForcedEos(SamplingContext context) : LogitsProcessor
{
    private readonly int[] _forced = [.. context.Options.ForcedEosTokenIds ?? []];

    public override int Order => 700;

    public override bool IsActive => _forced.Length > 0;

    public override void Process(Span<float> scores, ReadOnlySpan<int> history)
    {
        if (history.Length != context.TotalLength - 1) return;

        scores.Fill(float.NegativeInfinity);
        foreach (var token in _forced)
        {
            if (token < scores.Length) scores[token] = 0;
        }
    }
}
