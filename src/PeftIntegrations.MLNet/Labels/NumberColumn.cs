namespace PeftIntegrations.MLNet;

/// <summary>Texts with numbers to learn.</summary>
internal static class NumberColumn
{
    /// <summary>Checks a column that will come.</summary>
    public static void Check(SchemaShape shape, string name, string option)
    {
        var column = Columns.Find(shape, name, option);
        var isNumber = column.ItemType == NumberDataViewType.Single && column.Kind == SchemaShape.Column.VectorKind.Scalar && !column.IsKey;
        if (!isNumber) throw Mistyped(name, option, Columns.Name(column));
    }

    /// <summary>The rows that have texts and a number.</summary>
    public static List<ScoredText> Read(IDataView view, IReadOnlyList<string> inputs, (string Name, string Option) label, RowSource source)
    {
        var column = Columns.Find(view.Schema, label.Name, label.Option);
        if (column.Type != NumberDataViewType.Single) throw Mistyped(label.Name, label.Option, $"{column.Type}");

        var columns = TextColumns.In(view.Schema, inputs);
        return source.Read<ScoredText>(view, [.. columns, column], row =>
        {
            var (texts, get, number) = (TextColumns.Reader(row, columns), row.GetGetter<float>(column), 0f);
            return () =>
            {
                get(ref number);
                return float.IsFinite(number) && texts() is { } own ? new(own[0], number, own.ElementAtOrDefault(1)) : null;
            };
        });
    }

    private static ArgumentException Mistyped(string name, string option, string type) => new(
        $"Column '{name}' holds {type}, and {option} must name a column of single-precision numbers. Make it one with "
        + "mlContext.Transforms.Conversion.ConvertType(…, DataKind.Single).");
}
