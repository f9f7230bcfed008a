using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>
/// Mistral: <c>[TOOL_CALLS] [{"name": …, "arguments": {…}, "id": …}]</c>, or <c>[TOOL_CALLS]name[ARGS]{…}</c> in newer models. The
/// mark is a special token, which a decoder may leave out: a text that begins as such a list is one.
/// </summary>
internal sealed class Mistral : IToolCallFormat
{
    private const string Mark = "[TOOL_CALLS]";
    private const string ArgumentsMark = "[ARGS]";

    public IReadOnlyList<string> Begins { get; } = [Mark];

    public IReadOnlyList<string> BeginsWhole { get; } = ["[{"];

    public bool Fits(string template) => template.Contains(Mark, StringComparison.Ordinal);

    public int? EndOf(string text)
    {
        var start = Start(text);
        return start < 0 ? null : text[start] is '[' or '{' ? ToolCallJson.EndOf(text, start)
            : text.IndexOf(ArgumentsMark, StringComparison.Ordinal) is >= 0 and var at ? ToolCallJson.EndOf(text, at + ArgumentsMark.Length)
            : null;
    }

    public IReadOnlyList<ToolCall>? Read(string text)
    {
        var start = Start(text);
        if (start < 0 || text[start] is '[' or '{') return start < 0 ? null : ToolCallJson.Read(text[start..], "arguments");
        var parts = text[start..].Split(ArgumentsMark, 2);
        return parts.Length < 2 ? null : ToolCallJson.Read(
            $"{{\"name\": {JsonValue.Create(parts[0].Trim()).ToJsonString()}, \"arguments\": {parts[1]}}}", "arguments");
    }

    public string Write(IReadOnlyList<ToolCall> calls)
    {
        var list = new JsonArray();
        foreach (var call in calls)
        {
            var json = ToolCallJson.Object(call, "arguments");
            if (call.Id is not null) json["id"] = call.Id;
            list.Add((JsonNode)json);
        }

        return $"{Mark} {ToolCallJson.Text(list)}";
    }

    public string Describe(IReadOnlyList<JsonObject> tools) =>
        $"[AVAILABLE_TOOLS] {ToolCallJson.Text(new JsonArray([.. tools.Select(tool => tool.DeepClone())]))}[/AVAILABLE_TOOLS]";

    private static int Start(string text)
    {
        var at = text.StartsWith(Mark, StringComparison.Ordinal) ? Mark.Length : 0;
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at < text.Length ? at : -1;
    }
}
