using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>One text of a batch: its tokens so far, and how its next one is chosen.</summary>
internal sealed class DecodingRow
{
    private readonly int[] _history;
    private readonly LogitsPipeline _pipeline;
    private readonly TokenSampler _sampler;
    private readonly IReadOnlyList<int> _ends;
    private readonly ConstraintProcessor? _constraint;

    /// <param name="request">The text.</param>
    /// <param name="place">Its place among those that came with it.</param>
    /// <param name="shape">The model's.</param>
    public DecodingRow(GenerationRequest request, int place, ModelShape shape)
    {
        var (prompt, options) =
            (Guard.NotEmpty(request.Prompt, "Give a prompt of at least one token, such as the beginning-of-text token."), request.Options);
        if (prompt.Count >= shape.MaxPositions)
        {
            throw new ArgumentException($"Prompt {place} has {prompt.Count} tokens, and the model reads {shape.MaxPositions} at most, " +
                $"the new ones included. Shorten it.");
        }

        (Place, Adapter) = (place, options.Adapter ?? Composition.None);
        var mostNew = Math.Min(options.NewTokenLimit(prompt.Count), shape.MaxPositions - prompt.Count);
        _history = new int[prompt.Count + mostNew];
        for (var i = 0; i < prompt.Count; i++) _history[i] = prompt[i];
        Count = prompt.Count;
        _ends = options.EosTokenIds ?? [];
        var context = new SamplingContext(options with { MaxNewTokens = mostNew }, prompt.Count);
        _constraint = ConstraintOf(request, context, shape);
        _pipeline = LogitsPipeline.For(context, _constraint is null ? [] : [_constraint]);
        _sampler = new(options.Seed is { } seed ? options with { Seed = unchecked(seed + place) } : options); // rows of a batch draw apart
    }

    /// <summary>What a batch calls it.</summary>
    public int Index { get; set; }

    /// <summary>Its place among those that came with it.</summary>
    public int Place { get; }

    public Composition Adapter { get; }

    /// <summary>The tokens that may follow.</summary>
    public int Left => _history.Length - Count;

    public int Count { get; private set; }

    public FinishReason? Ended { get; set; }

    public ReadOnlySpan<int> History => _history.AsSpan(0, Count);

    public GeneratedToken Pick(Span<float> scores)
    {
        _pipeline.Process(scores, History);
        var id = _sampler.Pick(scores);
        _history[Count++] = id;
        var isOver = _ends.Contains(id) || _constraint?.IsOver(History) == true;
        Ended = isOver ? FinishReason.EndOfText : Left == 0 ? FinishReason.Length : null;
        return new(Index, id, Ended);
    }

    private static ConstraintProcessor? ConstraintOf(GenerationRequest request, SamplingContext context, ModelShape shape) =>
        request.Options.Constraint is not { } constraint ? null
        : request.Tokenizer is { } tokenizer ? new(context, constraint, tokenizer, shape.Vocabulary)
        : throw new ArgumentException("The options constrain the text, and the request has no tokenizer. Give it the model's.");
}
