using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using PeftIntegrations.Data;

namespace PeftIntegrations.Extensions;

/// <summary>What the answer must look like: JSON of a schema, a call of a tool, or either. The one place where a constraint is chosen.</summary>
internal static class ConstrainedOutput
{
    private const int MostKept = 64;

    private static readonly ConcurrentDictionary<string, TextConstraint> Kept = new(StringComparer.Ordinal);

    /// <summary>The options under which the model can write nothing else.</summary>
    /// <exception cref="ArgumentException">A schema cannot be followed; the message says why.</exception>
    public static GenerationOptions Apply(GenerationOptions chosen, ChatOptions options, ChatTools? tools) =>
        (options.ResponseFormat, tools) switch
        {
            (_, { } callable) when options.ToolMode is RequiredChatToolMode required =>
                chosen with { Constraint = Call(callable, required.RequiredFunctionName) },
            (ChatResponseFormatJson json, { } callable) => chosen with { Constraint = CallOrJson(callable, json.Schema) },
            (ChatResponseFormatJson json, null) => chosen with { Constraint = Json(json.Schema) },
            _ => chosen,
        };

    private static TextConstraint Json(JsonElement? schema) =>
        schema is { } given ? Keep(given.GetRawText(), () => TextConstraint.JsonSchema(given)) : TextConstraint.Json;

    private static TextConstraint Call(ChatTools tools, string? name) => Keep(KeyOf(tools, name), () => Calls(tools, name));

    private static TextConstraint CallOrJson(ChatTools tools, JsonElement? schema) =>
        Keep($"{KeyOf(tools, null)}\n{schema?.GetRawText()}", () => Calls(tools, null).Or(Json(schema)));

    private static TextConstraint Calls(ChatTools tools, string? name) =>
        TextConstraint.ToolCall(Callable(tools, name), Layout(tools.Format));

    private static string KeyOf(ChatTools tools, string? name) => string.Join(
        '\n', Callable(tools, name).Select(tool => $"{tool.Name} {tool.Arguments.GetRawText()}").Prepend($"{Layout(tools.Format)}"));

    private static ToolSignature[] Callable(ChatTools tools, string? name) =>
    [
        .. tools.Functions.Where(function => name is null || function.Name == name)
            .Select(function => new ToolSignature(function.Name, function.JsonSchema)),
    ];

    // A call of nothing, as the family writes it, shows what stands around its parts and what its members are called.
    private static ToolCallLayout Layout(IToolCallFormat format)
    {
        const string name = "it";
        var written = format.Write([new(name, [])]);
        var (begin, end) = (written.IndexOf('{', StringComparison.Ordinal), written.LastIndexOf('}') + 1);
        var members = JsonNode.Parse(written[begin..end])!.AsObject();
        if (members.Count == 0)
        {
            var at = written.IndexOf(name, StringComparison.Ordinal);
            return new() { Prefix = written[..at], Between = written[(at + name.Length)..begin], Suffix = written[end..] };
        }

        return new()
        {
            Prefix = written[..begin],
            Suffix = written[end..],
            NameKey = members.First(member => member.Value?.GetValueKind() == JsonValueKind.String).Key,
            ArgumentsKey = members.First(member => member.Value is JsonObject).Key,
        };
    }

    // What a constraint finds out about a vocabulary is dear, and hosts ask with the same schemas again and again.
    private static TextConstraint Keep(string key, Func<TextConstraint> make)
    {
        if (Kept.Count >= MostKept) Kept.Clear();
        return Kept.GetOrAdd(key, _ => make());
    }
}
