using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>JSON as values of a template.</summary>
internal static class JsonValues
{
    public static object? Of(JsonNode? node) => node switch
    {
        null => null,
        JsonObject json => Dict(json),
        JsonArray list => new ListValue([.. list.Select(Of)]),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => node.GetValue<string>(),
            JsonValueKind.Number => Number(node.ToJsonString()),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        },
    };

    private static DictValue Dict(JsonObject json)
    {
        var dict = new DictValue();
        foreach (var (key, value) in json) dict[key] = Of(value);
        return dict;
    }

    private static object Number(string text) => text.AsSpan().IndexOfAny('.', 'e', 'E') >= 0
        ? double.Parse(text, CultureInfo.InvariantCulture)
        : Numbers.Whole(BigInteger.Parse(text, CultureInfo.InvariantCulture));
}
