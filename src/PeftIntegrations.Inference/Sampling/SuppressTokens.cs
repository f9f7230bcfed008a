using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Removes tokens that are never to be generated.</summary>
[RegisteredAs("suppress_tokens")]
internal sealed class SuppressTokens(SamplingContext context) : LogitsProcessor
{
    private readonly int[] _tokens = [.. context.Options.SuppressTokens ?? []];

    public override int Order => 900;

    public override bool IsActive => _tokens.Length > 0;

    public override void Process(Span<float> scores, ReadOnlySpan<int> history) => Remove(scores, _tokens);
}
