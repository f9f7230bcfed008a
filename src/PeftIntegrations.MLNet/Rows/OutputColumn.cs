namespace PeftIntegrations.MLNet;

/// <summary>A column that a task adds.</summary>
/// <param name="name">Its name.</param>
/// <param name="type">The type of its values.</param>
/// <param name="annotations">What is said of it.</param>
internal abstract class OutputColumn(string name, DataViewType type, IReadOnlyList<Annotation> annotations)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>The type of its values.</summary>
    public DataViewType Type => type;

    /// <summary>The column as a view holds it.</summary>
    public DataViewSchema.DetachedColumn Detached
    {
        get
        {
            var said = new DataViewSchema.Annotations.Builder();
            foreach (var annotation in annotations) annotation.AddTo(said);
            return new(name, type, said.ToAnnotations());
        }
    }

    /// <summary>Gets the value of whatever row is the current one.</summary>
    public abstract Delegate Getter(Func<object> row);

    /// <summary>The shape of what comes in, and this column.</summary>
    public abstract SchemaShape Extend(MLContext context, SchemaShape shape);

    /// <summary>The column as a member of a class.</summary>
    protected void Define(SchemaDefinition.Column column)
    {
        (column.ColumnName, column.ColumnType) = (name, type);
        foreach (var annotation in annotations) annotation.AddTo(column);
    }
}
