namespace PeftIntegrations.MLNet;

/// <summary>Trains an adapter, and a head, that tell a number of a text, or how alike two are.</summary>
public sealed class PeftTextRegressionEstimator : PeftEstimator<PeftTextRegressionTransformer>
{
    private readonly PeftTextRegressionOptions _options;

    /// <summary>An estimator.</summary>
    /// <param name="context">The context: its seed, log and GPU count.</param>
    /// <param name="options">The base model, the columns, and how to train.</param>
    public PeftTextRegressionEstimator(MLContext context, PeftTextRegressionOptions options)
        : base(context, options) => _options = options;

    private string[] Inputs => [_options.Sentence1ColumnName, .. new[] { _options.Sentence2ColumnName }.OfType<string>()];

    private TextRegressionTask Task => new()
    {
        Inputs = Inputs,
        Score = _options.ScoreColumnName,
        MaxLength = _options.MaxLength,
        BatchSize = _options.BatchSize,
        Window = _options.Window,
    };

    private protected override RowTask Expect(SchemaShape shape)
    {
        TextColumns.Check(shape, Inputs);
        NumberColumn.Check(shape, _options.LabelColumnName, nameof(_options.LabelColumnName));
        return Task;
    }

    private protected override TrainingSet Read(IDataView input, IDataView? validation, RowSource source) =>
        new(Task, Numbers(input, source), validation is null ? null : Numbers(validation, source)) { Overflow = Overflow.Truncate };

    private ScoredTexts Numbers(IDataView view, RowSource source) =>
        ScoredTexts.From(NumberColumn.Read(view, Inputs, (_options.LabelColumnName, nameof(_options.LabelColumnName)), source));
}
