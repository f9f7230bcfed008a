using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>Phi 4: <c>&lt;|tool_call|&gt;[{"name": …, "arguments": {…}}]&lt;|/tool_call|&gt;</c>; Phi 3 is told to write so.</summary>
internal sealed class Phi : IToolCallFormat
{
    private const string Begin = "<|tool_call|>";
    private const string End = "<|/tool_call|>";

    public IReadOnlyList<string> Begins { get; } = [Begin];

    public IReadOnlyList<string> BeginsWhole => [];

    public IReadOnlyList<string> Marks { get; } = [Begin, End];

    public bool Fits(string template) => template.Contains(Begin, StringComparison.Ordinal)
        || (template.Contains("<|end|>", StringComparison.Ordinal) && !template.Contains("<|start|>", StringComparison.Ordinal));

    public int? EndOf(string text) => text.IndexOf(End, StringComparison.Ordinal) is >= 0 and var at ? at + End.Length : null;

    public IReadOnlyList<ToolCall>? Read(string text)
    {
        var end = text.EndsWith(End, StringComparison.Ordinal) ? text.Length - End.Length : text.Length;
        return ToolCallJson.Read(text[Begin.Length..end], "arguments", "parameters");
    }

    public string Write(IReadOnlyList<ToolCall> calls) =>
        $"{Begin}{ToolCallJson.Text(new JsonArray([.. calls.Select(call => ToolCallJson.Object(call, "arguments"))]))}{End}";

    public string Describe(IReadOnlyList<JsonObject> tools) =>
        "You are a helpful assistant with some tools. To call them, answer with a list of calls: "
        + $"{Begin}[{{\"name\": <function-name>, \"arguments\": <args-json-object>}}]{End}\n"
        + $"<|tool|>{ToolCallJson.Text(new JsonArray([.. tools.Select(tool => tool.DeepClone())]))}<|/tool|>";
}
