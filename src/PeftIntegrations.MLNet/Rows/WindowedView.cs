namespace PeftIntegrations.MLNet;

/// <summary>A view with the columns of a task. Nothing is computed before somebody reads one of them.</summary>
internal sealed class WindowedView(PeftTransformer transformer, IDataView source) : IDataView
{
    public DataViewSchema Schema { get; } = transformer.GetOutputSchema(source.Schema);

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var plan = Plan(columnsNeeded);
        return new WindowedCursor(plan, source.GetRowCursor(plan.Sources, Honoured(rand)));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var plan = Plan(columnsNeeded);
        return [.. source.GetRowCursorSet(plan.Sources, n, Honoured(rand)).Select(cursor => new WindowedCursor(plan, cursor))];
    }

    private Random? Honoured(Random? rand) => source.CanShuffle ? rand : null;

    private WindowPlan Plan(IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        var active = columnsNeeded.Select(column => column.Index).ToHashSet();
        var inputs = active.Any(index => index >= source.Schema.Count) ? transformer.InputsIn(source.Schema) : [];
        var sources = source.Schema.Where(column => active.Contains(column.Index) || inputs.Any(input => input.Index == column.Index));
        return new(transformer, Schema, active, [.. sources], inputs);
    }
}

/// <summary>What a cursor reads and gives.</summary>
/// <param name="Transformer">Whose columns they are.</param>
/// <param name="Schema">Of the view.</param>
/// <param name="Active">The columns of the view that are asked for.</param>
/// <param name="Sources">The columns of the source that are read.</param>
/// <param name="Inputs">Those of them that the model reads; none where it has nothing to do.</param>
internal sealed record WindowPlan(
    PeftTransformer Transformer, DataViewSchema Schema, IReadOnlySet<int> Active, IReadOnlyList<DataViewSchema.Column> Sources,
    IReadOnlyList<DataViewSchema.Column> Inputs)
{
    /// <summary>Rows of a window; one, where nothing is computed.</summary>
    public int Rows => Inputs.Count > 0 ? Transformer.Task.Window : 1;
}
