namespace PeftIntegrations.MLNet;

/// <summary>Makes vectors of texts by a model as it is, or by an adapter that it trains from pairs.</summary>
public sealed class PeftTextEmbeddingEstimator : PeftEstimator<PeftTextEmbeddingTransformer>
{
    private readonly PeftTextEmbeddingOptions _options;

    /// <summary>An estimator.</summary>
    /// <param name="context">The context: its seed, log and GPU count.</param>
    /// <param name="options">The base model, the columns, and how to train.</param>
    public PeftTextEmbeddingEstimator(MLContext context, PeftTextEmbeddingOptions options)
        : base(context, options) => _options = options.SimilarityColumnName is null || options.PairColumnName is not null
            ? options
            : throw new ArgumentException("SimilarityColumnName is set, and PairColumnName is not: name the column of second texts.");

    private TextEmbeddingTask Task => new()
    {
        Inputs = [_options.InputColumnName],
        Output = _options.OutputColumnName,
        Pooling = _options.Pooling,
        Normalised = _options.Normalised,
        MaxLength = _options.MaxLength,
        BatchSize = _options.BatchSize,
        Window = _options.Window,
    };

    private protected override RowTask Expect(SchemaShape shape)
    {
        TextColumns.Check(shape, [_options.InputColumnName, .. new[] { _options.PairColumnName }.OfType<string>()]);
        if (_options.SimilarityColumnName is { } name) NumberColumn.Check(shape, name, nameof(_options.SimilarityColumnName));
        return Task;
    }

    private protected override TrainingSet Read(IDataView input, IDataView? validation, RowSource source)
    {
        if (_options.PairColumnName is not { } pair)
        {
            TextColumns.In(input.Schema, Task.Inputs);
            return new(Task);
        }

        string[] columns = [_options.InputColumnName, pair];
        return new(Task, Pairs(input, columns, source), validation is null ? null : Pairs(validation, columns, source))
        {
            Overflow = Overflow.Truncate,
        };
    }

    private IExamples Pairs(IDataView view, string[] names, RowSource source)
    {
        if (_options.SimilarityColumnName is { } name)
        {
            return ScoredTexts.From(NumberColumn.Read(view, names, (name, nameof(_options.SimilarityColumnName)), source));
        }

        var columns = TextColumns.In(view.Schema, names);
        return TextGroups.From(source.Read<TextGroup>(view, columns, row =>
        {
            var texts = TextColumns.Reader(row, columns);
            return () => texts() is { } own ? new(own[0], own[1]) : null;
        }));
    }
}
