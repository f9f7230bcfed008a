using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Removes each token that would make a run of n tokens occur twice.</summary>
[RegisteredAs("no_repeat_ngram_size")]
internal sealed class NoRepeatNgram(SamplingContext context) : LogitsProcessor
{
    private readonly int _n = context.Options.NoRepeatNgramSize ?? 0;

    public override int Order => 300;

    public override bool IsActive => _n > 0;

    public override void Process(Span<float> scores, ReadOnlySpan<int> history)
    {
        if (history.Length < _n) return;

        var start = history[(history.Length - _n + 1)..];
        for (var i = 0; i <= history.Length - _n; i++)
        {
            if (history.Slice(i, _n - 1).SequenceEqual(start)) scores[history[i + _n - 1]] = float.NegativeInfinity;
        }
    }
}
