using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>
/// Llama 3.1 and 3.2: the whole text is <c>{"name": …, "parameters": {…}}</c>, behind <c>&lt;|python_tag|&gt;</c> or bare; several with
/// a semicolon between them.
/// </summary>
internal sealed class Llama3 : IToolCallFormat
{
    private const string Tag = "<|python_tag|>";

    public IReadOnlyList<string> Begins { get; } = [Tag];

    public IReadOnlyList<string> BeginsWhole { get; } = ["{", ";"];

    public IReadOnlyList<string> Marks { get; } = [Tag];

    public bool Fits(string template) => template.Contains("<|start_header_id|>", StringComparison.Ordinal)
        && template.Contains("\"parameters\"", StringComparison.Ordinal);

    public int? EndOf(string text) => Start(text) is { } start ? ToolCallJson.EndOf(text, start)
        : text.Trim().Length > Tag.Length ? text.Length : null;

    public IReadOnlyList<ToolCall>? Read(string text) =>
        Start(text) is { } start ? ToolCallJson.Read(text[start..], "parameters", "arguments") : null;

    public string Write(IReadOnlyList<ToolCall> calls) =>
        string.Join("; ", calls.Select(call => ToolCallJson.Text(ToolCallJson.Object(call, "parameters"))));

    public string Describe(IReadOnlyList<JsonObject> tools) =>
        "You have access to the following functions. To call a function, please respond with JSON for a function call."
        + "Respond in the format {\"name\": function name, \"parameters\": dictionary of argument name and its value}."
        + "Do not use variables.\n\n" + string.Join("\n\n", tools.Select(ToolCallJson.Text));

    private static int? Start(string text)
    {
        var at = text.StartsWith(Tag, StringComparison.Ordinal) ? Tag.Length : 0;
        while (at < text.Length && (text[at] == ';' || char.IsWhiteSpace(text[at]))) at++;
        return at < text.Length && text[at] == '{' ? at : null;
    }
}
