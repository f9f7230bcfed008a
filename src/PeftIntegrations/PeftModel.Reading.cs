namespace PeftIntegrations;

public sealed partial class PeftModel
{
    private const int ShownLabels = 20;

    /// <summary>What huggingface/peft trains whole beside any method for a classifier: the names that models give its head.</summary>
    private static readonly string[] ClassifierHeads = ["classifier", "score"];

    /// <summary>The labels of a classifier, in the order of their scores; none where the model has another head.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Makes an adapter for a classifier and trains it, with the head. One that has the name already is replaced.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="method">The method. The head is trained whole beside it, as huggingface/peft does.</param>
    /// <param name="data">What to learn. Its labels must be among <see cref="Labels"/>.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellationToken">Looked at before every batch; the adapter stays as after the last whole step.</param>
    /// <exception cref="InvalidOperationException">The model is no classifier.</exception>
    /// <exception cref="ArgumentException">Options contradict each other, or the data cannot be learned from.</exception>
    /// <exception cref="TrainingDivergedException">The loss is not a number; the adapter keeps its last good numbers.</exception>
    public async Task<TrainingResult> TrainAsync(
        string name, PeftMethod method, LabelledTexts data, TrainingOptions? options = null, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        AdapterName.Check(name);
        var withHead = method with { ModulesToSave = [.. (method.ModulesToSave ?? []).Union(ClassifierHeads)] };
        var how = (options ?? new(), progress);
        return await TrainAsync(name, chosen => Start(withHead, chosen), chosen => Prepare(data, chosen), how, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Goes on training a classifier's adapter that is there already.</summary>
    /// <inheritdoc
    /// cref="TrainAsync(string, PeftMethod, LabelledTexts, TrainingOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public Task<TrainingResult> TrainAsync(
        string name, LabelledTexts data, TrainingOptions? options = null, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        TrainAsync(name, _ => _adapters[name], chosen => Prepare(data, chosen), (options ?? new(), progress), cancellationToken);

    /// <summary>One vector for each text.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="adapter">The adapter that acts; null for the model alone.</param>
    /// <param name="options">How long a text may be, and how many are read at once.</param>
    /// <param name="cancellationToken">Looked at before every batch.</param>
    /// <returns>[texts][hidden], in the order of the texts.</returns>
    /// <exception cref="InvalidOperationException">The model has another head.</exception>
    /// <exception cref="ArgumentException">Texts are too long or have no token; the message lists them.</exception>
    public async Task<float[][]> EmbedAsync(
        IReadOnlyList<string> texts, string? adapter = null, ReadingOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequireHead("FEATURE_EXTRACTION", $"Load it with Head = {nameof(HeadKind)}.{HeadKind.Embedding} to embed texts.");
        return await ReadAsync(Alone(texts), adapter, options ?? new(), null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The label of each text, and its scores.</summary>
    /// <inheritdoc cref="EmbedAsync"/>
    /// <returns>The labels, in the order of the texts.</returns>
    public Task<IReadOnlyList<ClassifiedText>> ClassifyAsync(
        IReadOnlyList<string> texts, string? adapter = null, ReadingOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ClassifyAsync(Alone(texts), adapter, options ?? new(), cancellationToken);

    /// <summary>The label of each pair of texts, and its scores.</summary>
    /// <inheritdoc cref="ClassifyAsync(IReadOnlyList{string}, string?, ReadingOptions?, CancellationToken)"/>
    public Task<IReadOnlyList<ClassifiedText>> ClassifyAsync(
        IReadOnlyList<(string First, string Second)> texts, string? adapter = null, ReadingOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ClassifyAsync(texts.Select(pair => (pair.First, (string?)pair.Second)), adapter, options ?? new(), cancellationToken);

    private async Task<IReadOnlyList<ClassifiedText>> ClassifyAsync(
        IEnumerable<(string, string?)> texts, string? adapter, ReadingOptions options, CancellationToken cancellationToken)
    {
        RequireHead("SEQ_CLS", $"Load it with {nameof(PeftModelOptions.Labels)} to label texts.");
        var scores = await ReadAsync(texts, adapter, options, Probabilities, cancellationToken).ConfigureAwait(false);
        return [.. scores.Select(row => new ClassifiedText(Labels[Array.IndexOf(row, row.Max())], row))];
    }

    private async Task<float[][]> ReadAsync(
        IEnumerable<(string, string?)> texts, string? adapter, ReadingOptions options, Func<Tensor, Tensor>? finish,
        CancellationToken cancellationToken)
    {
        var encoded = Encode(texts, new()
        {
            MaxLength = LimitOf(options),
            Overflow = (options.MaxLength ?? _longestText) is null ? Overflow.Error : Overflow.Truncate,
        });
        return await _thread.Run(
            stop =>
            {
                _adapters.Activate(adapter is null ? Composition.None : Composition.Of(adapter));
                return _encoder.Read(encoded, options.BatchSize, finish, stop);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static IEnumerable<(string, string?)> Alone(IReadOnlyList<string> texts) => texts.Select(text => (text, (string?)null));

    private int LimitOf(ReadingOptions options) =>
        options.MaxLength is not { } length ? Math.Min(_longestText ?? int.MaxValue, Shape.MaxPositions)
        : length <= Shape.MaxPositions ? length
        : throw new ArgumentException($"MaxLength is {length}, and the model reads {Shape.MaxPositions} tokens at most. Lower it.");

    private Tensor Probabilities(Tensor scores) =>
        Labels.Count == 1 ? scores
        : _model.Config["problem_type"]?.ToString() == "multi_label_classification" ? scores.sigmoid()
        : scores.softmax(-1);

    private TrainingMaterial Prepare(LabelledTexts data, TrainingOptions options)
    {
        RequireHead("SEQ_CLS", $"Load it with {nameof(PeftModelOptions.Labels)}, such as those of the data, for a head to train.");
        if (options.Validation is not null)
        {
            throw new ArgumentException(
                $"{nameof(options.Validation)} has texts to continue, and the data are labelled. " +
                $"Set {nameof(options.LabelledValidation)}.");
        }

        var validation = options.LabelledValidation is { } texts ? Rows(texts, options) : null;
        return new(Rows(data, options), validation, options.Objective ?? new Classification());
    }

    private ClassRows Rows(LabelledTexts data, TrainingOptions options)
    {
        string[] unknown = [.. data.Select(text => text.Label).Distinct().Except(Labels).Select(label => $"'{label}'")];
        if (unknown.Length > 0)
        {
            throw new ArgumentException(
                $"The data have {unknown.Length} labels that the model does not: {Shown(unknown)}. " +
                $"The model's {Labels.Count} are {Shown(Labels)}. " +
                $"Load it with {nameof(PeftModelOptions.Labels)} = those of the data.",
                nameof(data));
        }

        var classes = Labels.Index().ToDictionary(label => label.Item, label => label.Index);
        var texts = Encode(data.Select(text => (text.Text, text.Pair)), options.Rows(Shape.MaxPositions));
        return new(texts, [.. data.Select(text => classes[text.Label])]);
    }

    private static string Shown(IReadOnlyList<string> labels) => string.Join(", ", labels.Take(ShownLabels)) +
        (labels.Count > ShownLabels ? $" and {labels.Count - ShownLabels} more" : "");

    private IReadOnlyList<EncodedText> Encode(IEnumerable<(string, string?)> texts, TokenSequenceOptions options)
    {
        var encoded = EncodedTexts.From(texts, Tokenizer, options);
        var segments = encoded.Max(text => text.TypeIds?.Max()) + 1;
        var known = _model.Config["type_vocab_size"]?.GetValue<int>();
        return segments > known
            ? throw new ArgumentException(
                $"A pair has {segments} segments, and this model tells {known} apart: it reads single texts. Join the two texts into one.")
            : encoded;
    }
}
