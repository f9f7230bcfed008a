using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>
/// Mistral: <c>[TOOL_CALLS] [{"name": …, "arguments": {…}, "id": …}]</c>; what newer models write (<see cref="MistralBare"/>) is read
/// too. The mark is a special token, which a decoder may leave out: a text that begins as such a list is one.
/// </summary>
internal class Mistral : IToolCallFormat
{
    protected const string Mark = "[TOOL_CALLS]", IdMark = "[CALL_ID]", ArgumentsMark = "[ARGS]";

    public IReadOnlyList<string> Begins { get; } = [Mark];

    public IReadOnlyList<string> BeginsWhole { get; } = ["[{"];

    public IReadOnlyList<string> Marks { get; } = [Mark, IdMark, ArgumentsMark];

    public virtual bool Fits(string template) =>
        template.Contains(Mark, StringComparison.Ordinal) && !template.Contains(ArgumentsMark, StringComparison.Ordinal);

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
        if (parts.Length < 2) return null;

        var named = parts[0].Split(IdMark, 2);
        var calls = ToolCallJson.Read(
            $"{{\"name\": {JsonValue.Create(named[0].Trim()).ToJsonString()}, \"arguments\": {parts[1]}}}", "arguments");
        return named.Length == 1 ? calls : calls is null ? null : [.. calls.Select(call => call with { Id = named[1].Trim() })];
    }

    public virtual string Write(IReadOnlyList<ToolCall> calls)
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
