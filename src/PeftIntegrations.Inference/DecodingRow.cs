using PeftIntegrations.Core;
namespace PeftIntegrations.Inference;

/// <summary>One text of a batch: its tokens so far, and how its next one is chosen.</summary>
internal sealed class DecodingRow
{
    private readonly int[] _history;
    private readonly int _promptLength;
    private readonly LogitsPipeline _pipeline;
    private readonly TokenSampler _sampler;
    private readonly IReadOnlyList<int> _ends;

    public DecodingRow(GenerationRequest request, int index, ModelShape shape)
    {
        var (prompt, options) =
            (Guard.NotEmpty(request.Prompt, "Give a prompt of at least one token, such as the beginning-of-text token."), request.Options);
        if (prompt.Count >= shape.MaxPositions)
        {
            throw new ArgumentException($"Prompt {index} has {prompt.Count} tokens, and the model reads {shape.MaxPositions} at most, " +
                $"the new ones included. Shorten it.");
        }

        Index = index;
        MostNew = Math.Min(options.NewTokenLimit(prompt.Count), shape.MaxPositions - prompt.Count);
        _promptLength = prompt.Count;
        _history = new int[prompt.Count + MostNew];
        for (var i = 0; i < prompt.Count; i++) _history[i] = prompt[i];
        Count = prompt.Count;
        _ends = options.EosTokenIds ?? [];
        _pipeline = LogitsPipeline.For(options, prompt.Count);
        _sampler = new(options.Seed is { } seed ? options with { Seed = unchecked(seed + index) } : options); // rows of a batch draw apart
    }

    public int Index { get; }

    public int MostNew { get; }

    public int Count { get; private set; }

    public FinishReason? Ended { get; set; }

    public ReadOnlySpan<int> History => _history.AsSpan(0, Count);

    public GeneratedToken Pick(Span<float> scores)
    {
        _pipeline.Process(scores, History);
        var id = _sampler.Pick(scores);
        _history[Count++] = id;
        Ended = _ends.Contains(id) ? FinishReason.EndOfText : Count - _promptLength == MostNew ? FinishReason.Length : null;
        return new(Index, id, Ended);
    }
}
