using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>
/// <c>.jsonl</c>: an object a line; a label may be a string, a number, true or false; several are a list. Blank lines are left out.
/// </summary>
internal sealed class LabelledJsonLines : ILabelledFormat
{
    public string Extension => ".jsonl";

    public IEnumerable<ExampleRow<LabelledText>> Read(string path, LabelledFileOptions options) => JsonRows.Read(path, fields =>
    {
        var pair = options.PairColumn is { } name ? Text(fields, name) : null;
        return new LabelledText(Text(fields, options.TextColumn), Label(fields, options), pair);
    });

    private static string Text(JsonElement fields, string name) => fields.Text(Spelled(fields, name));

    private static string Label(JsonElement fields, LabelledFileOptions options)
    {
        var (name, value) = (options.LabelColumn, fields.Field(Spelled(fields, options.LabelColumn)));
        if (value.ValueKind == JsonValueKind.Array && options.AllowsSeveral)
        {
            return string.Join(options.LabelSeparator, value.EnumerateArray().Select(label => label.AsText(name)));
        }

        return value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False
            ? value.GetRawText()
            : value.AsText(name);
    }

    private static string Spelled(JsonElement fields, string name) => fields.ValueKind == JsonValueKind.Object
        ? fields.EnumerateObject().Select(field => field.Name)
            .FirstOrDefault(own => own.Equals(name, StringComparison.OrdinalIgnoreCase), name)
        : name;
}
