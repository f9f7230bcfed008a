using System.Text.Json.Nodes;

namespace PeftIntegrations.Inference;

/// <summary>Schemas of everything that can be followed, by chance.</summary>
internal sealed class RandomSchema(int seed)
{
    private readonly Random _random = new(seed);

    public string Next()
    {
        var schema = Some(depth: 3);
        if (schema is not JsonObject root) return schema.ToJsonString();

        root["$defs"] = new JsonObject
        {
            ["tree"] = JsonNode.Parse("""
                {"type": "object", "properties": {"v": {"type": "integer"}, "kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
                 "required": ["v"], "additionalProperties": false}
                """),
            ["word"] = JsonNode.Parse("""{"enum": ["red", "green \"é\"", "blau\\"]}"""),
        };
        return root.ToJsonString();
    }

    private JsonNode Some(int depth) => _random.Next(depth > 0 ? 13 : 8) switch
    {
        0 => Parse("""{"type": "string"}"""),
        1 => Text(),
        2 => Integer(),
        3 => Number(),
        4 => Parse("""{"type": ["boolean", "null"], "description": "any"}"""),
        5 => Parse("""{"enum": ["a", "ab", 3, null, true, {"k": [1, "x"]}]}"""),
        6 => Parse("""{"const": "the only\n\"one\""}"""),
        7 => new JsonObject { ["$ref"] = _random.Next(2) == 0 ? "#/$defs/tree" : "#/$defs/word" },
        8 => new JsonObject { ["anyOf"] = new JsonArray(Some(depth - 1), Some(depth - 1), Some(0)) },
        9 => Array(depth),
        10 => new JsonObject { ["prefixItems"] = new JsonArray(Some(0), Some(0)), ["items"] = Some(0), ["minItems"] = 1 },
        _ => Object(depth),
    };

    private JsonObject Text()
    {
        var least = _random.Next(4);
        return new() { ["type"] = "string", ["minLength"] = least, ["maxLength"] = least + _random.Next(5) };
    }

    private JsonObject Integer()
    {
        var least = _random.NextInt64(-2_000, 2_000);
        var most = least + (_random.Next(3) switch { 0 => 0, 1 => 7, _ => 5_000 });
        return new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most };
    }

    private JsonObject Number()
    {
        var least = _random.Next(-20, 20);
        var (from, until) = (_random.Next(2) == 0 ? "minimum" : "exclusiveMinimum", _random.Next(2) == 0 ? "maximum" : "exclusiveMaximum");
        return new() { ["type"] = "number", [from] = least, [until] = least + 1 + _random.Next(30) };
    }

    private JsonObject Array(int depth)
    {
        var least = _random.Next(3);
        return new() { ["type"] = "array", ["items"] = Some(depth - 1), ["minItems"] = least, ["maxItems"] = least + _random.Next(3) };
    }

    private JsonObject Object(int depth)
    {
        string[] names = ["name", "na", "größe", "a\"b", "x"];
        var properties = new JsonObject();
        foreach (var name in names.Take(1 + _random.Next(names.Length))) properties[name] = Some(depth - 1);
        return new()
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. properties.Where(_ => _random.Next(2) == 0).Select(property => (JsonNode)property.Key)]),
            ["additionalProperties"] = _random.Next(3) switch { 0 => true, 1 => false, _ => Parse("""{"type": "integer"}""") },
        };
    }

    private static JsonNode Parse(string json) => JsonNode.Parse(json)!;
}
