namespace PeftIntegrations.MLNet;

/// <summary>Trains an adapter, and a head, that tell whether something is true of a text or of two.</summary>
public sealed class PeftBinaryTextClassificationEstimator : PeftEstimator<PeftBinaryTextClassificationTransformer>
{
    private readonly PeftBinaryTextClassificationOptions _options;

    /// <summary>An estimator.</summary>
    /// <param name="context">The context: its seed, log and GPU count.</param>
    /// <param name="options">The base model, the columns, and how to train.</param>
    public PeftBinaryTextClassificationEstimator(MLContext context, PeftBinaryTextClassificationOptions options)
        : base(context, options) => _options = options;

    private string[] Inputs => [_options.Sentence1ColumnName, .. new[] { _options.Sentence2ColumnName }.OfType<string>()];

    private BinaryTextClassificationTask Task => new()
    {
        Inputs = Inputs,
        Score = _options.ScoreColumnName,
        Probability = _options.ProbabilityColumnName,
        PredictedLabel = _options.PredictedLabelColumnName,
        MaxLength = _options.MaxLength,
        BatchSize = _options.BatchSize,
        Window = _options.Window,
    };

    private protected override RowTask Expect(SchemaShape shape)
    {
        TextColumns.Check(shape, Inputs);
        var label = Columns.Find(shape, _options.LabelColumnName, nameof(_options.LabelColumnName));
        var isTruth = label.ItemType is BooleanDataViewType && label.Kind == SchemaShape.Column.VectorKind.Scalar;
        return isTruth ? Task : throw Mistyped(Columns.Name(label));
    }

    private protected override TrainingSet Read(IDataView input, IDataView? validation, RowSource source)
    {
        var rows = LabelledRows.Read(input, Inputs, Label(input), source);
        var judges = validation is null ? null : LabelledRows.Read(validation, Inputs, Label(validation), source);
        var labels = LabelSet.OfTruth;
        return new(Task, LabelledRows.Learnable(rows, labels), judges is null ? null : LabelledTexts.From(judges, labels.Names))
        {
            Objective = _options.TrueWeight == 1 ? null : new Classification { ClassWeights = [1, _options.TrueWeight] },
            Overflow = Overflow.Truncate,
        };
    }

    private LabelColumn Label(IDataView view)
    {
        var column = Columns.Find(view.Schema, _options.LabelColumnName, nameof(_options.LabelColumnName));
        return column.Type is BooleanDataViewType ? new(view.Schema, column.Name) : throw Mistyped($"{column.Type}");
    }

    private ArgumentException Mistyped(string type) => new(
        $"Label column '{_options.LabelColumnName}' holds {type}, and true and false are told from bools. Make it one with "
        + "mlContext.Transforms.Conversion.ConvertType(…, DataKind.Boolean), or take TextClassification, which tells several classes.");
}
