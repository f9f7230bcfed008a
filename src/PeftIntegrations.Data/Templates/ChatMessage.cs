using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>A message of a conversation, as chat templates read it.</summary>
/// <param name="Role">Who speaks: <c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Content">What is said; null where there are only tool calls, or <see cref="Parts"/>.</param>
public sealed record ChatMessage(string Role, string? Content = null)
{
    /// <summary>The role whose words are learnt.</summary>
    public const string Assistant = "assistant";

    /// <summary>The content in parts, such as <c>{"type": "text", "text": "…"}</c>; null where it is one text.</summary>
    public IReadOnlyList<JsonObject>? Parts { get; init; }

    /// <summary>What the assistant thought before it spoke (<c>reasoning_content</c>).</summary>
    public string? Reasoning { get; init; }

    /// <summary>The tools that the assistant calls.</summary>
    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }

    /// <summary>The call that a tool's message answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>The name of the speaker or tool.</summary>
    public string? Name { get; init; }

    /// <summary>Further fields that a template reads.</summary>
    public JsonObject? More { get; init; }

    /// <summary>What the user says.</summary>
    public static ChatMessage User(string content) => new("user", content);

    /// <summary>What the assistant says.</summary>
    public static ChatMessage Said(string content) => new(Assistant, content);

    /// <summary>How the assistant shall behave.</summary>
    public static ChatMessage System(string content) => new("system", content);

    /// <summary>Reads a message as OpenAI writes it; fields that it does not know go to <see cref="More"/>.</summary>
    /// <exception cref="InvalidDataException">A field is of a wrong kind; the message names it.</exception>
    public static ChatMessage FromJson(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return MessageJson.Read(json);
    }

    /// <summary>The message as templates see it, without what is null.</summary>
    public JsonObject ToJson() => MessageJson.Write(this);
}
