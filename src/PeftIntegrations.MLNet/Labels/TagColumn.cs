namespace PeftIntegrations.MLNet;

/// <summary>Reads a column of tags, one for each word: keys or texts.</summary>
internal sealed class TagColumn
{
    private readonly DataViewSchema.Column _column;

    public TagColumn(DataViewSchema schema, string name)
    {
        _column = Columns.Find(schema, name, "LabelColumnName");
        Labels = _column.Type switch
        {
            VectorDataViewType { ItemType: KeyDataViewType { RawType: var raw } } when raw == typeof(uint) => LabelSet.OfKey(_column),
            VectorDataViewType { ItemType: TextDataViewType } => null,
            var other => throw Mistyped(name, $"{other}"),
        };
    }

    /// <summary>The tags that the column itself says; null where they are those of its texts.</summary>
    public LabelSet? Labels { get; }

    /// <summary>The column.</summary>
    public DataViewSchema.Column Column => _column;

    /// <summary>Checks a column that will come, and gives the type of what its keys stand for, where it says so.</summary>
    public static DataViewType? Check(SchemaShape shape, string name)
    {
        var column = Columns.Find(shape, name, "LabelColumnName");
        var isVector = column.Kind != SchemaShape.Column.VectorKind.Scalar;
        if (!isVector || !(column.IsKey || column.ItemType is TextDataViewType)) throw Mistyped(name, Columns.Name(column));

        var values = column.IsKey ? column.Annotations.Where(said => said.Name == "KeyValues") : [];
        return values.Select(said => said.ItemType).FirstOrDefault();
    }

    /// <summary>Gets the tags of a row; null where one is missing.</summary>
    public Func<IReadOnlyList<string>?> Reader(DataViewRow row)
    {
        var column = row.Schema[_column.Index];
        if (Labels is null)
        {
            var texts = new InputReader(row, [column]);
            return texts.Read;
        }

        var get = row.GetGetter<VBuffer<uint>>(column);
        VBuffer<uint> keys = default;
        return () =>
        {
            get(ref keys);
            uint[] numbers = [.. keys.DenseValues()];
            return numbers.Contains(0u) ? null : [.. numbers.Select(key => Labels.Names[(int)key - 1])];
        };
    }

    private static ArgumentException Mistyped(string name, string type) => new(
        $"Label column '{name}' holds {type}, and must hold a vector with a text or a key for each word, such as O, B-person, I-person. "
        + "Make keys of texts with mlContext.Transforms.Conversion.MapValueToKey.");
}
