using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Makes each token of the text less likely, however often it occurs (Keskar et al. 2019, arXiv:1909.05858, §4.1).</summary>
[RegisteredAs("repetition_penalty")]
internal sealed class RepetitionPenalty(SamplingContext context) : LogitsProcessor
{
    private readonly float _theta = (float)(context.Options.RepetitionPenalty ?? 1);

    public override int Order => 200;

    public override bool IsActive => _theta != 1;

    public override void Process(Span<float> scores, ReadOnlySpan<int> history)
    {
        using var scratch = new Scratch<float>(history.Length);
        var penalised = scratch.Span; // all read before any is written, so that a token that repeats is penalised once
        for (var i = 0; i < history.Length; i++)
        {
            var score = scores[history[i]];
            penalised[i] = score < 0 ? score * _theta : score / _theta;
        }

        for (var i = 0; i < history.Length; i++) scores[history[i]] = penalised[i];
    }
}
