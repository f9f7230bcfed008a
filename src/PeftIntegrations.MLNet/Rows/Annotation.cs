namespace PeftIntegrations.MLNet;

/// <summary>What is said of a column, such as the names of its slots.</summary>
internal abstract record Annotation(string Kind)
{
    /// <summary>One text.</summary>
    public static Annotation Text(string kind, string text) => new Annotation<ReadOnlyMemory<char>>(
        kind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = text.AsMemory());

    /// <summary>A value for each slot.</summary>
    public static Annotation Values<T>(string kind, PrimitiveDataViewType type, IReadOnlyList<T> values)
    {
        T[] own = [.. values];
        return new Annotation<VBuffer<T>>(
            kind, new VectorDataViewType(type, own.Length), (ref VBuffer<T> value) => new VBuffer<T>(own.Length, own).CopyTo(ref value));
    }

    /// <summary>Says it of a column of a view.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder builder);

    /// <summary>Says it of a column of a class.</summary>
    public abstract void AddTo(SchemaDefinition.Column column);
}

/// <summary>What is said of a column, of the type <typeparamref name="T"/>.</summary>
internal sealed record Annotation<T>(string Kind, DataViewType Type, ValueGetter<T> Getter) : Annotation(Kind)
{
    public override void AddTo(DataViewSchema.Annotations.Builder builder) => builder.Add(Kind, Type, Getter);

    public override void AddTo(SchemaDefinition.Column column)
    {
        T value = default!;
        Getter(ref value);
        column.AddAnnotation(Kind, value, Type);
    }
}
