using System.Numerics.Tensors;

namespace PeftIntegrations;

public sealed partial class PeftModel
{
    private const int ShownLabels = 20;

    /// <summary>The labels of a classifier, in the order of their scores; none where the model has another head.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>What a classifier's scores mean.</summary>
    public ProblemKind Problem { get; }

    /// <summary>One vector for each text.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="adapter">The adapter that acts; null for the model alone.</param>
    /// <param name="options">How long a text may be, and how many are read at once.</param>
    /// <param name="cancellationToken">Looked at before every batch.</param>
    /// <returns>[texts][hidden], in the order of the texts.</returns>
    /// <exception cref="InvalidOperationException">The model has another head.</exception>
    /// <exception cref="ArgumentException">Texts are too long or have no token; the message lists them.</exception>
    public async Task<float[][]> EmbedAsync(
        IReadOnlyList<string> texts, Composition? adapter = null, ReadingOptions? options = null,
        CancellationToken cancellationToken = default) =>
        await Serve(Embedding(texts, adapter, options), cancellationToken).ConfigureAwait(false);

    /// <summary>The same for a caller that blocks, who is woken sooner than by waiting for a task.</summary>
    /// <inheritdoc cref="EmbedAsync"/>
    public float[][] Embed(
        IReadOnlyList<string> texts, Composition? adapter = null, ReadingOptions? options = null,
        CancellationToken cancellationToken = default) => ServeNow(texts.Count, Embedding(texts, adapter, options), cancellationToken);

    /// <summary>The label of each text, and its scores.</summary>
    /// <inheritdoc cref="EmbedAsync"/>
    /// <returns>The labels, in the order of the texts.</returns>
    public Task<IReadOnlyList<ClassifiedText>> ClassifyAsync(
        IReadOnlyList<string> texts, Composition? adapter = null, ReadingOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ClassifyAsync(Alone(texts), adapter, options, cancellationToken);

    /// <summary>The label of each pair of texts, and its scores.</summary>
    /// <inheritdoc cref="ClassifyAsync(IReadOnlyList{string}, Composition?, ReadingOptions?, CancellationToken)"/>
    public Task<IReadOnlyList<ClassifiedText>> ClassifyAsync(
        IReadOnlyList<(string First, string Second)> texts, Composition? adapter = null, ReadingOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ClassifyAsync(Paired(texts), adapter, options, cancellationToken);

    /// <summary>The same for a caller that blocks, who is woken sooner than by waiting for a task.</summary>
    /// <inheritdoc cref="ClassifyAsync(IReadOnlyList{string}, Composition?, ReadingOptions?, CancellationToken)"/>
    public IReadOnlyList<ClassifiedText> Classify(
        IReadOnlyList<string> texts, Composition? adapter = null, ReadingOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Labelled(ServeNow(texts.Count, Classification(Alone(texts), adapter, options), cancellationToken));

    /// <inheritdoc cref="Classify(IReadOnlyList{string}, Composition?, ReadingOptions?, CancellationToken)"/>
    public IReadOnlyList<ClassifiedText> Classify(
        IReadOnlyList<(string First, string Second)> texts, Composition? adapter = null, ReadingOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Labelled(ServeNow(texts.Count, Classification(Paired(texts), adapter, options), cancellationToken));

    /// <summary>Texts to train on as the model reads them.</summary>
    internal IReadOnlyList<EncodedText> Encode(IEnumerable<(string, string?)> texts, TrainingOptions options) =>
        Encode(texts, options.Rows(Shape.MaxPositions));

    private async Task<IReadOnlyList<ClassifiedText>> ClassifyAsync(
        IEnumerable<(string, string?)> texts, Composition? adapter, ReadingOptions? options, CancellationToken cancellationToken) =>
        Labelled(await Serve(Classification(texts, adapter, options), cancellationToken).ConfigureAwait(false));

    private ClassifiedText[] Labelled(float[][] scores) =>
        Array.ConvertAll(scores, row => new ClassifiedText(Labels[TensorPrimitives.IndexOfMax<float>(row)], Problems.Finish(Problem, row)));

    private Func<CancellationToken, float[][]> Classification(
        IEnumerable<(string, string?)> texts, Composition? adapter, ReadingOptions? options)
    {
        RequireHead("SEQ_CLS", $"Load it with {nameof(PeftModelOptions.Labels)} to label texts.");
        return Reading(texts, adapter, options ?? new());
    }

    private Func<CancellationToken, float[][]> Embedding(IReadOnlyList<string> texts, Composition? adapter, ReadingOptions? options)
    {
        RequireHead("FEATURE_EXTRACTION", $"Load it with Head = {nameof(HeadKind)}.{HeadKind.Embedding} to embed texts.");
        return Reading(Alone(texts), adapter, options ?? new());
    }

    // The caller's thread makes the tokens, the model's own reads them.
    private Func<CancellationToken, float[][]> Reading(
        IEnumerable<(string, string?)> texts, Composition? adapter, ReadingOptions options)
    {
        var encoded = Encode(texts, HowToRead(options));
        return stop =>
        {
            Activate(adapter);
            return _encoder.Read(encoded, options.BatchSize, stop);
        };
    }

    private static IEnumerable<(string, string?)> Paired(IReadOnlyList<(string First, string Second)> texts) =>
        texts.Select(pair => (pair.First, (string?)pair.Second));

    private static IEnumerable<(string, string?)> Alone(IReadOnlyList<string> texts) => texts.Select(text => (text, (string?)null));

    private TokenSequenceOptions HowToRead(ReadingOptions options) => new()
    {
        MaxLength = options.MaxLength is not { } length ? Math.Min(_longestText ?? int.MaxValue, Shape.MaxPositions)
            : length <= Shape.MaxPositions ? length
            : throw new ArgumentException($"MaxLength is {length}, and the model reads {Shape.MaxPositions} tokens at most. Lower it."),
        Overflow = (options.MaxLength ?? _longestText) is null ? Overflow.Error : Overflow.Truncate,
    };

    private IReadOnlyList<EncodedText> Encode(IEnumerable<(string, string?)> texts, TokenSequenceOptions options)
    {
        var encoded = EncodedTexts.From(texts, Tokenizer, options);
        if (encoded.All(text => text.TypeIds is null)) return encoded;

        var segments = encoded.Max(text => text.TypeIds?.Max()) + 1;
        var known = _model.Config["type_vocab_size"]?.GetValue<int>();
        return segments > known
            ? throw new ArgumentException(
                $"A pair has {segments} segments, and this model tells {known} apart: it reads single texts. Join the two texts into one.")
            : encoded;
    }
}
