namespace PeftIntegrations.MLNet;

/// <summary>Maps one row at a time, as a prediction engine asks for it.</summary>
internal sealed class SingleRowMapper(PeftTransformer transformer, DataViewSchema schema) : IRowToRowMapper
{
    public DataViewSchema InputSchema => schema;

    public DataViewSchema OutputSchema { get; } = transformer.GetOutputSchema(schema);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = dependingColumns.Select(column => column.Index).ToHashSet();
        if (needed.Any(index => index >= schema.Count)) needed.UnionWith(transformer.InputsIn(schema).Select(column => column.Index));
        return schema.Where(column => needed.Contains(column.Index));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new MappedRow(transformer, input, OutputSchema, [.. activeColumns.Select(column => column.Index)]);
}

/// <summary>A row with the columns of a task; the model reads it once for all of them.</summary>
internal sealed class MappedRow : DataViewRow
{
    private readonly PeftTransformer _transformer;
    private readonly DataViewRow _input;
    private readonly HashSet<int> _active;
    private readonly InputReader? _inputs;
    private object? _result;
    private long _read = -1;

    public MappedRow(PeftTransformer transformer, DataViewRow input, DataViewSchema schema, HashSet<int> active)
    {
        (_transformer, _input, Schema, _active) = (transformer, input, schema, active);
        if (active.Any(index => index >= input.Schema.Count)) _inputs = new(input, transformer.InputsIn(input.Schema));
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (column.Index < _input.Schema.Count) return _input.GetGetter<TValue>(_input.Schema[column.Index]);

        return IsColumnActive(column)
            ? _transformer.Outputs[column.Index - _input.Schema.Count].Getter(Result) as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, and was asked for {typeof(TValue)}.")
            : throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the row was made. Ask for it then.");
    }

    private object Result()
    {
        if (_result is not null && _read == _input.Position) return _result;

        var result = _transformer.Run([_inputs!.Read()])[0];
        (_result, _read) = (result, _input.Position);
        return result;
    }
}
