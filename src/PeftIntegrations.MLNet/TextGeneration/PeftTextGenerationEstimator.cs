namespace PeftIntegrations.MLNet;

/// <summary>Continues prompts by a model as it is, or by an adapter that it trains from completions.</summary>
public sealed class PeftTextGenerationEstimator : PeftEstimator<PeftTextGenerationTransformer>
{
    private readonly PeftTextGenerationOptions _options;

    /// <summary>An estimator.</summary>
    /// <param name="context">The context: its seed, log and GPU count.</param>
    /// <param name="options">The base model, the columns, and how to train and to write.</param>
    public PeftTextGenerationEstimator(MLContext context, PeftTextGenerationOptions options)
        : base(context, options) => _options = options;

    private TextGenerationTask Task => new()
    {
        Inputs = [_options.InputColumnName],
        Output = _options.OutputColumnName,
        Generation = _options.Generation,
        MaxLength = _options.MaxLength,
        BatchSize = _options.BatchSize,
        Window = _options.Window,
    };

    private protected override RowTask Expect(SchemaShape shape)
    {
        TextColumns.Check(shape, [_options.InputColumnName, .. new[] { _options.CompletionColumnName }.OfType<string>()]);
        return Task;
    }

    private protected override TrainingSet Read(IDataView input, IDataView? validation, RowSource source)
    {
        if (_options.CompletionColumnName is { } completion)
        {
            string[] columns = [_options.InputColumnName, completion];
            return new(Task, Pairs(input, columns, source), validation is null ? null : Pairs(validation, columns, source));
        }

        TextColumns.In(input.Schema, Task.Inputs);
        return new(Task);
    }

    private static Texts Pairs(IDataView view, string[] names, RowSource source)
    {
        var columns = TextColumns.In(view.Schema, names);
        var pairs = source.Read<string[]>(view, columns, row => TextColumns.Reader(row, columns));
        return Texts.FromPairs(pairs.Select(pair => (pair[0], pair[1])));
    }
}
