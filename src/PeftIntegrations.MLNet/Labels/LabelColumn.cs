namespace PeftIntegrations.MLNet;

/// <summary>Reads a column of labels: keys, texts, or bools.</summary>
internal sealed class LabelColumn
{
    private const string Remedy =
        "Make it a key with mlContext.Transforms.Conversion.MapValueToKey, or name a column of keys, texts or bools.";

    private readonly DataViewSchema.Column _column;

    public LabelColumn(DataViewSchema schema, string name)
    {
        _column = Columns.Find(schema, name, "LabelColumnName");
        Labels = _column.Type switch
        {
            KeyDataViewType => LabelSet.OfKey(_column),
            BooleanDataViewType => LabelSet.OfTruth,
            TextDataViewType => null,
            var other => throw Mistyped(name, $"{other}"),
        };
        if (Labels?.Names.Count > LabelSet.Most) throw TooMany(Labels.Names.Count);
    }

    /// <summary>The classes that the column itself says; null where they are those of its texts.</summary>
    public LabelSet? Labels { get; }

    /// <summary>The column.</summary>
    public DataViewSchema.Column Column => _column;

    /// <summary>Checks a column that will come, and gives the type of what its keys stand for, where it says so.</summary>
    public static DataViewType? Check(SchemaShape shape, string name)
    {
        var column = Columns.Find(shape, name, "LabelColumnName");
        var isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        if (!isScalar || !(column.IsKey || column.ItemType is TextDataViewType or BooleanDataViewType))
        {
            throw Mistyped(name, Columns.Name(column));
        }

        var values = column.IsKey ? column.Annotations.Where(said => said.Name == "KeyValues") : [];
        return values.Select(said => said.ItemType).FirstOrDefault();
    }

    /// <summary>The classes of texts, in the order in which they come.</summary>
    public static LabelSet Among(IEnumerable<string> labels)
    {
        var set = LabelSet.OfTexts(labels);
        return set.Names.Count <= LabelSet.Most ? set : throw TooMany(set.Names.Count);
    }

    /// <summary>Gets the name of a row's label; null where it has none.</summary>
    public Func<string?> Reader(DataViewRow row)
    {
        if (Labels is null)
        {
            var text = Getter<ReadOnlyMemory<char>>(row);
            return () => text().ToString() is { } label && !string.IsNullOrWhiteSpace(label) ? label : null;
        }

        if (_column.Type is BooleanDataViewType)
        {
            var truth = Getter<bool>(row);
            return () => truth().ToString();
        }

        var key = KeyGetter(row);
        return () => key() is var number and > 0 ? Labels.Names[(int)number - 1] : null;
    }

    private Func<ulong> KeyGetter(DataViewRow row)
    {
        if (_column.Type.RawType == typeof(byte)) return Wide(Getter<byte>(row), key => key);
        if (_column.Type.RawType == typeof(ushort)) return Wide(Getter<ushort>(row), key => key);
        if (_column.Type.RawType == typeof(uint)) return Wide(Getter<uint>(row), key => key);
        return Getter<ulong>(row);
    }

    private Func<T> Getter<T>(DataViewRow row)
    {
        var get = row.GetGetter<T>(row.Schema[_column.Index]);
        T value = default!;
        return () =>
        {
            get(ref value);
            return value;
        };
    }

    private static Func<ulong> Wide<T>(Func<T> get, Func<T, ulong> widen) => () => widen(get());

    private static ArgumentException Mistyped(string name, string type) => new($"Label column '{name}' holds {type}. {Remedy}");

    private static ArgumentException TooMany(int classes) => new(
        $"The label has {classes} classes, and a model of ML.NET carries {LabelSet.Most} at most. "
        + "Join rare ones, or train through PeftModel.");
}
