namespace PeftIntegrations.MLNet;

/// <summary>Trains an adapter, and a head, that tell the class of a text or of two.</summary>
public sealed class PeftTextClassificationEstimator : PeftEstimator<PeftTextClassificationTransformer>
{
    private readonly PeftTextClassificationOptions _options;

    /// <summary>An estimator.</summary>
    /// <param name="context">The context: its seed, log and GPU count.</param>
    /// <param name="options">The base model, the columns, and how to train.</param>
    public PeftTextClassificationEstimator(MLContext context, PeftTextClassificationOptions options)
        : base(context, options) => _options = options;

    private string[] Inputs => [_options.Sentence1ColumnName, .. new[] { _options.Sentence2ColumnName }.OfType<string>()];

    private protected override RowTask Expect(SchemaShape shape)
    {
        TextColumns.Check(shape, Inputs);
        return TaskOf(LabelSet.Expected(LabelColumn.Check(shape, _options.LabelColumnName)));
    }

    private protected override TrainingSet Read(IDataView input, IDataView? validation, RowSource source)
    {
        var column = new LabelColumn(input.Schema, _options.LabelColumnName);
        var rows = LabelledRows.Read(input, Inputs, column, source);
        var labels = column.Labels ?? LabelColumn.Among(rows.Select(row => row.Label));
        var judges = validation is null ? null
            : LabelledRows.Read(validation, Inputs, new(validation.Schema, _options.LabelColumnName), source);
        return new(TaskOf(labels), LabelledRows.Learnable(rows, labels), judges is null ? null : LabelledTexts.From(judges, labels.Names))
        {
            Objective = ClassWeights.Of(_options.ClassWeights, labels.Names),
            Overflow = Overflow.Truncate,
        };
    }

    private TextClassificationTask TaskOf(LabelSet labels) => new()
    {
        Inputs = Inputs,
        Labels = labels,
        Score = _options.ScoreColumnName,
        PredictedLabel = _options.PredictedLabelColumnName,
        MaxLength = _options.MaxLength,
        BatchSize = _options.BatchSize,
        Window = _options.Window,
    };
}
