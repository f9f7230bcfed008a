using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>A format of texts that belong together.</summary>
internal interface ITextGroupFormat : IFileFormat
{
    /// <summary>The rows of a file, good and bad, none where it is empty.</summary>
    IEnumerable<ExampleRow<TextGroup>> Read(string path);
}

internal sealed class TextGroupJsonLines : ITextGroupFormat
{
    public string Extension => ".jsonl";

    public IEnumerable<ExampleRow<TextGroup>> Read(string path) => JsonRows.Read(path, fields => new TextGroup(
        fields.Text("anchor"), fields.Text("positive"), [.. Negatives(fields)]));

    private static IEnumerable<string> Negatives(JsonElement fields) => !fields.TryField("negative", out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(item => item.AsText("negative"))
        : [value.AsText("negative")];
}
