using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Removes the ends of sequence until enough tokens follow the prompt.</summary>
[RegisteredAs("min_new_tokens")]
internal sealed class MinNewTokens(SamplingContext context) : LogitsProcessor
{
    private readonly int _least = context.Options.MinNewTokens ?? 0;
    private readonly int[] _ends = [.. context.Options.EosTokenIds ?? []];

    public override int Order => 600;

    public override bool IsActive => _least > 0 && _ends.Length > 0;

    public override void Process(Span<float> scores, ReadOnlySpan<int> history)
    {
        if (history.Length - context.PromptLength < _least) Remove(scores, _ends);
    }
}
