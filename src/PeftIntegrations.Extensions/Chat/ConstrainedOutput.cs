using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using PeftIntegrations.Data;

namespace PeftIntegrations.Extensions;

/// <summary>What the answer must look like: JSON of a schema, or a call of a tool. The one place where a constraint is chosen.</summary>
internal static class ConstrainedOutput
{
    private const int MostKept = 64;

    private static readonly ConcurrentDictionary<string, TextConstraint> Kept = new(StringComparer.Ordinal);

    /// <summary>The options under which the model can write nothing else.</summary>
    /// <exception cref="NotSupportedException">JSON is required, and tools may be called too.</exception>
    /// <exception cref="ArgumentException">A schema cannot be followed; the message says why.</exception>
    public static GenerationOptions Apply(GenerationOptions chosen, ChatOptions options, ChatTools? tools) => options switch
    {
        { ToolMode: RequiredChatToolMode required } when tools is not null => chosen with { Constraint = Call(tools, required) },
        { ResponseFormat: ChatResponseFormatJson } when tools is not null => throw new NotSupportedException(
            "The answer must be JSON (ResponseFormat), and may be a call of a tool (Tools): nothing holds the model to one of the two. "
            + "Leave the tools out, set ToolMode to None, or ask for JSON in the instructions."),
        { ResponseFormat: ChatResponseFormatJson { Schema: null } } => chosen with { Constraint = TextConstraint.Json },
        { ResponseFormat: ChatResponseFormatJson { Schema: { } schema } } => chosen with
        {
            Constraint = Keep(schema.GetRawText(), () => TextConstraint.JsonSchema(schema)),
        },
        _ => chosen,
    };

    private static TextConstraint Call(ChatTools tools, RequiredChatToolMode required)
    {
        ToolSignature[] callable = [.. tools.Functions
            .Where(function => required.RequiredFunctionName is not { } name || function.Name == name)
            .Select(function => new ToolSignature(function.Name, function.JsonSchema))];
        var layout = Layout(tools.Format);
        var key = string.Join('\n', callable.Select(tool => $"{tool.Name} {tool.Arguments.GetRawText()}").Prepend(layout.ToString()));
        return Keep(key, () => TextConstraint.ToolCall(callable, layout));
    }

    // A call of nothing, as the family writes it, shows what stands around the object and what its members are called.
    private static ToolCallLayout Layout(IToolCallFormat format)
    {
        var written = format.Write([new("it", [])]);
        var (begin, end) = (written.IndexOf('{', StringComparison.Ordinal), written.LastIndexOf('}') + 1);
        var members = JsonNode.Parse(written[begin..end])!.AsObject();
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
