using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>
/// Hermes, Qwen 2.5 and 3, and SmolLM2: <c>&lt;tool_call&gt;{"name": …, "arguments": {…}}&lt;/tool_call&gt;</c>, or a list of them.
/// </summary>
internal sealed class Hermes : IToolCallFormat
{
    private const string Begin = "<tool_call>";
    private const string End = "</tool_call>";

    public IReadOnlyList<string> Begins { get; } = [Begin];

    public IReadOnlyList<string> BeginsWhole => [];

    public IReadOnlyList<string> Marks { get; } = [Begin, End];

    // A template of this family that says nothing of tools, as SmolLM2's, is told of them by Describe.
    public bool Fits(string template) => Holds(template, Begin)
        ? !Holds(template, "<function=") && !Holds(template, "<arg_key>")
        : Holds(template, "<|im_start|>") && !Holds(template, "tool");

    public int? EndOf(string text) => text.IndexOf(End, StringComparison.Ordinal) is >= 0 and var at ? at + End.Length : null;

    public IReadOnlyList<ToolCall>? Read(string text)
    {
        var end = text.EndsWith(End, StringComparison.Ordinal) ? text.Length - End.Length : text.Length;
        return ToolCallJson.Read(text[Begin.Length..end], "arguments", "parameters");
    }

    public string Write(IReadOnlyList<ToolCall> calls) =>
        string.Join('\n', calls.Select(call => $"{Begin}\n{ToolCallJson.Text(ToolCallJson.Object(call, "arguments"))}\n{End}"));

    public string Describe(IReadOnlyList<JsonObject> tools) =>
        "# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
        + "You are provided with function signatures within <tools></tools> XML tags:\n<tools>\n"
        + string.Join('\n', tools.Select(ToolCallJson.Text))
        + "\n</tools>\n\nFor each function call, return a json object with function name and arguments within "
        + $"{Begin}{End} XML tags:\n{Begin}\n{{\"name\": <function-name>, \"arguments\": <args-json-object>}}\n{End}";

    private static bool Holds(string template, string part) => template.Contains(part, StringComparison.Ordinal);
}
