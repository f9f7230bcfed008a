namespace PeftIntegrations.MLNet;

/// <summary>The one or two columns of texts that most tasks read.</summary>
internal static class TextColumns
{
    /// <summary>Checks columns that will come.</summary>
    public static void Check(SchemaShape shape, IReadOnlyList<string> names)
    {
        foreach (var (index, name) in names.Index()) Columns.CheckText(shape, name, OptionOf(index));
    }

    /// <summary>The columns of a view.</summary>
    public static IReadOnlyList<DataViewSchema.Column> In(DataViewSchema schema, IReadOnlyList<string> names) =>
        [.. names.Select((name, index) => Columns.FindText(schema, name, OptionOf(index)))];

    /// <summary>Reads the texts of a row; null where one is blank.</summary>
    public static Func<string[]?> Reader(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
    {
        var reader = new InputReader(row, columns);
        return () => reader.Read() is var texts && texts.Any(string.IsNullOrWhiteSpace) ? null : texts;
    }

    private static string OptionOf(int index) =>
        index == 0 ? "the option for the text's column" : "the option for the second text's column";
}
