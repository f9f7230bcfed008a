using System.Text.Json;
using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>Calls as JSON, which all families write in one way or another.</summary>
internal static class ToolCallJson
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true };

    /// <summary>Where the object or list ends that begins at <paramref name="start"/>; null where it is not whole.</summary>
    public static int? EndOf(string text, int start)
    {
        var (depth, inText) = (0, false);
        for (var at = start; at < text.Length; at++)
        {
            var c = text[at];
            if (inText)
            {
                if (c == '\\') at++;
                else if (c == '"') inText = false;
            }
            else
            {
                inText = c == '"';
                depth += c is '{' or '[' ? 1 : c is '}' or ']' ? -1 : 0;
                if (depth == 0 && c is '}' or ']')
                {
                    return at + 1;
                }
            }
        }

        return null;
    }

    /// <summary>The calls of an object, or of a list of objects; null where it is something else.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="fields">What the field of the arguments may be called.</param>
    public static IReadOnlyList<ToolCall>? Read(string text, params string[] fields)
    {
        try
        {
            var node = JsonNode.Parse(text, documentOptions: Lenient);
            ToolCall?[] calls = node is JsonArray list ? [.. list.Select(item => Call(item, fields))] : [Call(node, fields)];
            return calls.Length > 0 && Array.TrueForAll(calls, call => call is not null) ? [.. calls.OfType<ToolCall>()] : null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>JSON as Python writes it, as models have seen it.</summary>
    public static string Text(JsonNode node) =>
        JsonText.Of(JsonValues.Of(node), new("tojson", []), new Meter(new()));

    public static JsonObject Object(ToolCall call, string arguments) =>
        new() { ["name"] = call.Name, [arguments] = call.Arguments.DeepClone() };

    private static ToolCall? Call(JsonNode? node, string[] fields)
    {
        if (node is not JsonObject json || json["name"] is not { } name || name.GetValueKind() != JsonValueKind.String) return null;
        var field = Array.Find(fields, json.ContainsKey);
        return field is null ? null : new(
            name.GetValue<string>(), MessageJson.Arguments(json[field]),
            json["id"] is { } id && id.GetValueKind() == JsonValueKind.String ? id.GetValue<string>() : null);
    }
}
