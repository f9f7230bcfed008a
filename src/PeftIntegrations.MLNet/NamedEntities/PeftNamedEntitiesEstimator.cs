namespace PeftIntegrations.MLNet;

/// <summary>Trains an adapter, and a head, that find named entities.</summary>
public sealed class PeftNamedEntitiesEstimator : PeftEstimator<PeftNamedEntitiesTransformer>
{
    private readonly PeftNamedEntitiesOptions _options;

    /// <summary>An estimator.</summary>
    /// <param name="context">The context: its seed, log and GPU count.</param>
    /// <param name="options">The base model, the columns, and how to train.</param>
    public PeftNamedEntitiesEstimator(MLContext context, PeftNamedEntitiesOptions options)
        : base(context, options) => _options = options;

    private protected override RowTask Expect(SchemaShape shape)
    {
        var input = Columns.Find(shape, _options.Sentence1ColumnName, nameof(_options.Sentence1ColumnName));
        var areWords = input.Kind != SchemaShape.Column.VectorKind.Scalar;
        Columns.CheckText(shape, _options.Sentence1ColumnName, nameof(_options.Sentence1ColumnName), areWords);
        return TaskOf(LabelSet.Expected(TagColumn.Check(shape, _options.LabelColumnName)), areWords);
    }

    private protected override TrainingSet Read(IDataView input, IDataView? validation, RowSource source)
    {
        var (rows, tags) = Rows(input, source);
        var judges = validation is null ? null : Rows(validation, source).Rows;
        var areWords = Column(input).Type is VectorDataViewType;
        return new(
            TaskOf(tags, areWords), TaggedTexts.From(rows, tags.Names), judges is null ? null : TaggedTexts.From(judges, tags.Names))
        {
            Overflow = Overflow.Truncate,
        };
    }

    private (List<TaggedText> Rows, LabelSet Tags) Rows(IDataView view, RowSource source)
    {
        var (column, tags) = (Column(view), new TagColumn(view.Schema, _options.LabelColumnName));
        var rows = source.Read<TaggedText>(view, [column, tags.Column], row =>
        {
            var (words, labels) = (WordsOf(row, column), tags.Reader(row));
            return () => words() is { Count: > 0 } own && labels() is { } given ? new(own, given) : null;
        });
        return (rows, tags.Labels ?? LabelSet.OfTexts(rows.SelectMany(row => row.Tags)));
    }

    private DataViewSchema.Column Column(IDataView view)
    {
        var name = _options.Sentence1ColumnName;
        var column = Columns.Find(view.Schema, name, nameof(_options.Sentence1ColumnName));
        return Columns.FindText(view.Schema, name, nameof(_options.Sentence1ColumnName), column.Type is VectorDataViewType);
    }

    private static Func<IReadOnlyList<string>> WordsOf(DataViewRow row, DataViewSchema.Column column)
    {
        var reader = new InputReader(row, [column]);
        return column.Type is VectorDataViewType ? reader.Read : () =>
        {
            var text = reader.Read()[0];
            return [.. EncodedWords.WordsOf(text).Select(place => text[place])];
        };
    }

    private NamedEntitiesTask TaskOf(LabelSet tags, bool areWords) => new()
    {
        Inputs = [_options.Sentence1ColumnName],
        ReadsWords = areWords,
        Tags = tags,
        PredictedLabel = _options.PredictedLabelColumnName,
        Entity = _options.EntityColumnName,
        MaxLength = _options.MaxLength,
        BatchSize = _options.BatchSize,
        Window = _options.Window,
    };
}
