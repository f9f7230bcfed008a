using System.Text.Json;
using System.Text.Json.Nodes;
using PeftIntegrations.Data;

namespace PeftIntegrations.Extensions;

/// <summary>The tools of a request: how the model is told of them, and what its calls become.</summary>
internal sealed record ChatTools
{
    private const int IdLength = 9; // letters and digits, as Mistral's template demands

    private ChatTools(IReadOnlyList<AIFunctionDeclaration> functions, IToolCallFormat format) => (Functions, Format) = (functions, format);

    /// <summary>The tools.</summary>
    public IReadOnlyList<AIFunctionDeclaration> Functions { get; }

    /// <summary>Each as OpenAI writes it.</summary>
    public IReadOnlyList<JsonObject> Told => [.. Functions.Select(Tell)];

    /// <summary>How the model writes calls.</summary>
    public IToolCallFormat Format { get; }

    /// <summary>The tools that may be called; null for none. What cannot be met goes to <paramref name="problems"/>.</summary>
    public static ChatTools? Of(ChatOptions options, ChatFormat chats, List<string> problems)
    {
        var offered = options.Tools ?? [];
        problems.AddRange(offered.Where(tool => tool is not AIFunctionDeclaration).Select(tool =>
            $"The tool '{tool.Name}' is a {tool.GetType().Name}, which no local model runs. Give {nameof(AIFunctionDeclaration)}s."));
        AIFunctionDeclaration[] functions = [.. offered.OfType<AIFunctionDeclaration>()];
        if (options.ToolMode is RequiredChatToolMode { RequiredFunctionName: var name })
        {
            if (offered.Count == 0)
            {
                problems.Add("A call of a tool is required, and no tool is given.");
            }
            else if (name is not null && functions.All(function => function.Name != name))
            {
                problems.Add($"A call of '{name}' is required, and the tools are {string.Join(", ", functions.Select(f => f.Name))}.");
            }
        }

        if (functions.Length == 0 || options.ToolMode is NoneChatToolMode) return null;
        if (chats.ToolCalls is { } format) return new(functions, format);

        problems.Add("Tools are given, and the chat template is of no family whose calls can be read (Hermes, Llama 3, Mistral, Phi).");
        return null;
    }

    /// <summary>A call for the host to make.</summary>
    public static FunctionCallContent Content(ToolCall call) => new(
        call.Id ?? Guid.NewGuid().ToString("N")[..IdLength], call.Name,
        call.Arguments.ToDictionary(
            argument => argument.Key,
            argument => argument.Value is { } value ? (object?)JsonElement.Parse(value.ToJsonString()) : null));

    private static JsonObject Tell(AIFunctionDeclaration function) => new()
    {
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = function.Name,
            ["description"] = function.Description,
            ["parameters"] = JsonNode.Parse(function.JsonSchema.GetRawText()),
        },
    };
}
