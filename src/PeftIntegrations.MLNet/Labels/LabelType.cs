namespace PeftIntegrations.MLNet;

/// <summary>A type that the values behind a label's keys may have.</summary>
/// <param name="valueType">The type in a view.</param>
internal abstract class LabelType(PrimitiveDataViewType valueType)
{
    /// <summary>The type in a view.</summary>
    public PrimitiveDataViewType ValueType => valueType;

    /// <summary>What files call it.</summary>
    public string Name => valueType is TextDataViewType ? "Text" : valueType.RawType.Name;

    /// <summary>The names of a key column's values.</summary>
    public abstract IReadOnlyList<string> Read(DataViewSchema.Annotations annotations);

    /// <summary>The values of such names, as something that is said of a column.</summary>
    public abstract Annotation Values(string kind, IReadOnlyList<string> names);

    /// <summary>Makes keys of a column of names.</summary>
    public abstract IEstimator<ITransformer> KeysOf(MLContext context, IReadOnlyList<string> names, (string From, string To) columns);
}

/// <summary>Values of type <typeparamref name="T"/>.</summary>
internal sealed class LabelType<T>(PrimitiveDataViewType type, Func<string, T> parse, Func<T, string> name) : LabelType(type)
{
    public override IReadOnlyList<string> Read(DataViewSchema.Annotations annotations)
    {
        VBuffer<T> values = default;
        annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues().Select(name)];
    }

    public override Annotation Values(string kind, IReadOnlyList<string> names) =>
        Annotation.Values(kind, ValueType, [.. names.Select(parse)]);

    public override IEstimator<ITransformer> KeysOf(MLContext context, IReadOnlyList<string> names, (string From, string To) columns)
    {
        var keys = context.Data.LoadFromEnumerable(names.Select(one => new Row { Value = parse(one) }));
        var (from, to) = columns;
        if (ValueType is TextDataViewType) return context.Transforms.Conversion.MapValueToKey(to, from, keyData: keys);

        var values = names.Select(one => KeyValuePair.Create(one.AsMemory(), parse(one)));
        return context.Transforms.Conversion.MapValue(from, values, from)
            .Append(context.Transforms.Conversion.MapValueToKey(to, from, keyData: keys));
    }

    private sealed class Row
    {
        public T Value { get; set; } = default!;
    }
}
