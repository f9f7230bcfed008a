using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>score − frequency·count − presence·[count > 0], counting generated tokens and not the prompt, as OpenAI's API does.</summary>
[RegisteredAs("frequency_penalty"), RegisteredAs("presence_penalty")]
internal sealed class FrequencyPresence(SamplingContext context) : LogitsProcessor
{
    private readonly float _frequency = (float)(context.Options.FrequencyPenalty ?? 0);
    private readonly float _presence = (float)(context.Options.PresencePenalty ?? 0);

    public override int Order => 250;

    public override bool IsActive => _frequency != 0 || _presence != 0;

    public override void Process(Span<float> scores, ReadOnlySpan<int> history)
    {
        var generated = history[Math.Min(context.PromptLength, history.Length)..];
        using var scratch = new Scratch<int>(scores.Length);
        var counts = scratch.Span;
        foreach (var token in generated) counts[token] = 0; // only what is read: clearing the vocabulary takes longer
        foreach (var token in generated) counts[token]++;

        foreach (var token in generated)
        {
            if (counts[token] > 0) scores[token] -= (_frequency * counts[token]) + _presence;
            counts[token] = 0;
        }
    }
}
