using System.Text.Json;
using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>Messages as OpenAI writes them.</summary>
internal static class MessageJson
{
    private static readonly HashSet<string> Known = ["role", "content", "reasoning_content", "tool_calls", "tool_call_id", "name"];

    public static ChatMessage Read(JsonObject json)
    {
        var role = Text(json, "role");
        if (string.IsNullOrWhiteSpace(role))
        {
            throw new InvalidDataException("The field 'role' is missing. Give system, user, assistant or tool.");
        }

        var more = json.Where(field => !Known.Contains(field.Key) && field.Value is not null)
            .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())).ToList();
        return new(role, json["content"] is JsonArray ? null : Text(json, "content"))
        {
            Parts = (json["content"] as JsonArray)?.Select(part => Object(part, "content")).ToArray(),
            Reasoning = Text(json, "reasoning_content"),
            ToolCalls = json["tool_calls"] is null ? null : json["tool_calls"] is JsonArray calls ? [.. calls.Select(Call)]
                : throw new InvalidDataException("'tool_calls' must be a list."),
            ToolCallId = Text(json, "tool_call_id"),
            Name = Text(json, "name"),
            More = more.Count > 0 ? new(more) : null,
        };
    }

    public static JsonObject Write(ChatMessage message)
    {
        var json = new JsonObject { ["role"] = message.Role };
        if (message.Name is { } name) json["name"] = name;
        if (message.ToolCallId is { } id) json["tool_call_id"] = id;
        if (message.Parts is { } parts) json["content"] = new JsonArray([.. parts.Select(part => part.DeepClone())]);
        else if (message.Content is { } content) json["content"] = content;
        if (message.Reasoning is { } reasoning) json["reasoning_content"] = reasoning;
        if (message.ToolCalls is { } calls) json["tool_calls"] = new JsonArray([.. calls.Select(call => call.ToJson())]);
        foreach (var (field, value) in message.More ?? []) json[field] = value?.DeepClone();
        return json;
    }

    public static JsonObject Object(JsonNode? node, string name) => node as JsonObject
        ?? throw new InvalidDataException($"'{name}' must hold objects, not {Shown(node)}.");

    /// <summary>Arguments: an object, or one written as a text, as OpenAI does.</summary>
    public static JsonObject Arguments(JsonNode? node)
    {
        if (node is null) return [];
        try
        {
            var parsed = node.GetValueKind() == JsonValueKind.String ? JsonNode.Parse(node.GetValue<string>()) : node;
            if (parsed is JsonObject arguments) return (JsonObject)arguments.DeepClone();
        }
        catch (JsonException)
        {
            // told below
        }

        throw new InvalidDataException($"'arguments' must be an object, not {Shown(node)}.");
    }

    private static ToolCall Call(JsonNode? node)
    {
        var call = Object(node, "tool_calls");
        var function = call["function"] is { } inner ? Object(inner, "function") : call;
        return new(
            Text(function, "name") ?? throw new InvalidDataException("A tool call has no 'name'."),
            Arguments(function["arguments"]), Text(call, "id"));
    }

    private static string? Text(JsonObject json, string name) => json[name] switch
    {
        null => null,
        var value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var value => throw new InvalidDataException($"'{name}' must be a string, not {Shown(value)}."),
    };

    private static string Shown(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= 60 ? text : text[..60] + "…";
    }
}
