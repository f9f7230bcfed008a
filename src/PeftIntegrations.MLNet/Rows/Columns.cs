namespace PeftIntegrations.MLNet;

/// <summary>Finds columns, and says what is wrong with those that are not as they should be.</summary>
internal static class Columns
{
    private const int Shown = 50;

    /// <summary>A column of a view, by its name.</summary>
    /// <exception cref="ArgumentException">There is none; the message names those that are there.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string option) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, option, schema.Where(column => !column.IsHidden).Select(column => column.Name));

    /// <summary>A column of texts, or of vectors of them where they are <paramref name="words"/>.</summary>
    public static DataViewSchema.Column FindText(DataViewSchema schema, string name, string option, bool words = false)
    {
        var column = Find(schema, name, option);
        var fits = words
            ? column.Type is VectorDataViewType { ItemType: TextDataViewType } : column.Type is TextDataViewType;
        return fits ? column : throw Mistyped(name, option, $"{column.Type}", words);
    }

    /// <summary>The same of a shape.</summary>
    public static SchemaShape.Column Find(SchemaShape shape, string name, string option)
    {
        var found = shape.Where(column => column.Name == name).ToArray();
        return found.Length > 0 ? found[^1] : throw Missing(name, option, shape.Select(column => column.Name));
    }

    /// <inheritdoc cref="FindText(DataViewSchema, string, string, bool)"/>
    public static void CheckText(SchemaShape shape, string name, string option, bool words = false)
    {
        var column = Find(shape, name, option);
        var isVector = column.Kind != SchemaShape.Column.VectorKind.Scalar;
        if (column.ItemType is not TextDataViewType || isVector != words) throw Mistyped(name, option, Name(column), words);
    }

    /// <summary>What a column of a shape holds, in words.</summary>
    public static string Name(SchemaShape.Column column) =>
        $"{(column.Kind == SchemaShape.Column.VectorKind.Scalar ? "" : "Vector of ")}{(column.IsKey ? "Key of " : "")}{column.ItemType}";

    private static ArgumentException Missing(string name, string option, IEnumerable<string> there)
    {
        string[] names = [.. there.Distinct()];
        var more = names.Length > Shown ? $" and {names.Length - Shown} more" : "";
        return new($"There is no column '{name}'. There are {string.Join(", ", names.Take(Shown))}{more}. Set {option} to one of them.");
    }

    private static ArgumentException Mistyped(string name, string option, string type, bool words) => new(
        $"Column '{name}' holds {type}, and {option} must name a column of {(words ? "vectors of text" : "text")}. " +
        "Name another one, or make it text with Transforms.Conversion.ConvertType.");
}
