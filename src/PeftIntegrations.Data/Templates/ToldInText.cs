using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>Tools, calls and answers written into the messages, for templates that know of none.</summary>
internal static class ToldInText
{
    public static IReadOnlyList<ChatMessage> Of(
        IReadOnlyList<ChatMessage> messages, IReadOnlyList<JsonObject> tools, IToolCallFormat format)
    {
        var told = format.Describe(tools);
        var has = messages is [{ Role: "system", Content: not null }, ..];
        var system = has ? messages[0] with { Content = $"{messages[0].Content}\n\n{told}" } : ChatMessage.System(told);
        return [system, .. messages.Skip(has ? 1 : 0).Select(message => Written(message, format))];
    }

    private static ChatMessage Written(ChatMessage message, IToolCallFormat format)
    {
        if (message.ToolCalls is not { Count: > 0 } calls) return message;
        var written = format.Write(calls);
        var content = string.IsNullOrEmpty(message.Content) ? written : $"{message.Content}\n{written}";
        return message with { Content = content, ToolCalls = null };
    }
}
