namespace PeftIntegrations.MLNet;

/// <summary>A column whose values are made of what the model says of a row.</summary>
/// <typeparam name="TRow">What it says of a row.</typeparam>
/// <typeparam name="TValue">The value, as views hand it out.</typeparam>
internal sealed class OutputColumn<TRow, TValue>(
    string name, DataViewType type, OutputColumn<TRow, TValue>.Writer write, params IReadOnlyList<Annotation> annotations)
    : OutputColumn(name, type, annotations)
    where TRow : class
{
    /// <summary>Writes the value into the caller's own.</summary>
    internal delegate void Writer(TRow row, ref TValue value);

    public override Delegate Getter(Func<object> row) => (ValueGetter<TValue>)((ref TValue value) => write((TRow)row(), ref value));

    // Only a built-in estimator can make a shape; one that adds just this column adds its shape.
    public override SchemaShape Extend(MLContext context, SchemaShape shape)
    {
        var output = SchemaDefinition.Create(typeof(OneColumn), SchemaDefinition.Direction.Write);
        Define(output[nameof(OneColumn.Value)]);
        return context.Transforms.CustomMapping<NoColumns, OneColumn>((_, _) => { }, null, null, output).GetOutputSchema(shape);
    }

    private sealed class OneColumn
    {
        public TValue Value { get; set; } = default!;
    }
}
