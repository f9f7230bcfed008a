using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Removes the ends of sequence until the text, prompt included, is long enough.</summary>
[RegisteredAs("min_length")]
internal sealed class MinLength(SamplingContext context) : LogitsProcessor
{
    private readonly int _least = context.Options.MinLength ?? 0;
    private readonly int[] _ends = [.. context.Options.EosTokenIds ?? []];

    public override int Order => 500;

    public override bool IsActive => _least > 0 && _ends.Length > 0;

    public override void Process(Span<float> scores, ReadOnlySpan<int> history)
    {
        if (history.Length < _least) Remove(scores, _ends);
    }
}
