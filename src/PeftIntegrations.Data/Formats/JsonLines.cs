using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>
/// <c>.jsonl</c>: an object a line, with <c>text</c>, or with <c>prompt</c> and <c>completion</c>; blank lines are left out.
/// </summary>
internal sealed class JsonLines : ITextFormat
{
    public string Extension => ".jsonl";

    public IEnumerable<ExampleRow<TextExample>> Read(string path) => JsonRows.Read(path, ReadLine);

    private static TextExample ReadLine(JsonElement example)
    {
        var isRaw = example.TryField("text", out _);
        var isPair = example.TryField("prompt", out _) || example.TryField("completion", out _);
        return (isRaw, isPair) switch
        {
            (true, false) => new TextExample(example.Text("text")),
            (false, true) => new TextExample(example.Text("prompt"), example.Text("completion")),
            (true, true) => throw new InvalidDataException("Both 'text' and 'prompt' or 'completion' are given. Keep one of the two."),
            _ => throw new InvalidDataException(
                $"The field 'text', or 'prompt' and 'completion', is missing in {JsonFields.Shown(example)}."),
        };
    }
}
