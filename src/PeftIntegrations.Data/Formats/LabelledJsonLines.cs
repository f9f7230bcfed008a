using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary><c>.jsonl</c>: an object a line; a label may be a string, a number, or true or false. Blank lines are left out.</summary>
internal sealed class LabelledJsonLines : ILabelledFormat
{
    public string Extension => ".jsonl";

    public IEnumerable<LabelledRow> Read(string path, LabelledFileOptions options) =>
        from line in Utf8File.ReadLines(path).Index()
        where !string.IsNullOrWhiteSpace(line.Item)
        select ReadLine(line.Index + 1, line.Item, options);

    private static LabelledRow ReadLine(int number, string line, LabelledFileOptions options)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var fields = json.RootElement;
            var pair = options.PairColumn is { } name ? Text(fields, name) : null;
            return new(number, new(Text(fields, options.TextColumn), Label(fields, options.LabelColumn), pair));
        }
        catch (Exception e) when (JsonFields.IsAboutTheFile(e))
        {
            return new(number, null, e.Message);
        }
    }

    private static string Text(JsonElement fields, string name) => fields.Text(Spelled(fields, name));

    private static string Label(JsonElement fields, string name)
    {
        var value = fields.Field(Spelled(fields, name));
        return value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False
            ? value.GetRawText()
            : value.AsText(name);
    }

    private static string Spelled(JsonElement fields, string name) => fields.ValueKind == JsonValueKind.Object
        ? fields.EnumerateObject().Select(field => field.Name)
            .FirstOrDefault(own => own.Equals(name, StringComparison.OrdinalIgnoreCase), name)
        : name;
}
