using System.Text.Json;

namespace PeftIntegrations.Inference;

/// <summary>Turns a JSON schema into the grammar of what fits it. Problems are collected; nothing is built while there are any.</summary>
internal sealed partial class SchemaReader(GrammarBuilder to, JsonElement root, string name)
{
    private const int MostNested = 64;

    private static readonly string[] Types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    private readonly JsonGrammar _json = new(to);
    private readonly Dictionary<string, int> _rules = []; // by the reference that names them
    private readonly List<Action> _definitions = [];
    private int _nested;

    /// <summary>What can't be followed.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>What is passed over.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Values that fit the whole schema.</summary>
    public Part Read()
    {
        var part = Schema(root, name);
        return at =>
        {
            foreach (var define in _definitions) define();
            _definitions.Clear();
            return part(at);
        };
    }

    private Part Schema(JsonElement schema, string path)
    {
        if (++_nested > MostNested) return Problem(path, $"schemas nest deeper than {MostNested}. Use $defs and $ref.");
        try
        {
            return schema.ValueKind switch
            {
                JsonValueKind.True => _json.Value,
                JsonValueKind.False => Nothing,
                JsonValueKind.Object => Object(schema, path),
                _ => Problem(path, $"a schema is an object, true or false, not {schema.ValueKind}."),
            };
        }
        finally
        {
            _nested--;
        }
    }

    private Part Object(JsonElement schema, string path)
    {
        SchemaKeywords.Check(schema, path, Problems, Notes);
        if (schema.TryGetProperty("$ref", out var reference)) return Reference(reference, path);
        if (schema.TryGetProperty("const", out var constant)) return Literals([constant], schema, path);
        if (schema.TryGetProperty("enum", out var values)) return Literals(Items(values, $"{path}/enum"), schema, path);
        foreach (var keyword in (string[])["anyOf", "oneOf", "allOf"])
        {
            if (schema.TryGetProperty(keyword, out var branches)) return Branches(keyword, branches, path);
        }

        var types = TypesOf(schema, path);
        if (types.Count == 0) return _json.Value;

        Part[] parts = [.. types.Select(type => OfType(type, schema, path))];
        return parts is [var only] ? only : at => to.Any(at, parts);
    }

    private Part OfType(string type, JsonElement schema, string path) => type switch
    {
        "object" => Members(schema, path),
        "array" => Array(schema, path),
        "string" => Text(schema, path),
        "number" => Number(schema, path),
        "integer" => Integer(schema, path),
        "boolean" => at => to.Any(at, yes => to.Literal(yes, "true"), no => to.Literal(no, "false")),
        _ => at => to.Literal(at, "null"),
    };

    // Without 'type', the keywords that restrict one type say which is meant.
    private List<string> TypesOf(JsonElement schema, string path)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            var implied = schema.EnumerateObject().Select(keyword => SchemaKeywords.TypeOf.GetValueOrDefault(keyword.Name));
            return [.. implied.OfType<string>().Distinct()];
        }

        var items = type.ValueKind == JsonValueKind.String ? [type] : Items(type, $"{path}/type");
        var named = items.Select(item => item.ToString()).ToArray();
        foreach (var unknown in named.Except(Types)) Problem(path, $"there is no type '{unknown}'. Types: {string.Join(", ", Types)}.");
        return [.. Types.Intersect(named).Where(one => one != "integer" || !named.Contains("number"))];
    }

    private Part Reference(JsonElement reference, string path)
    {
        var pointer = reference.ToString();
        if (!_rules.TryGetValue(pointer, out var rule))
        {
            if (Find(pointer) is not { } target)
            {
                return Problem(path, $"$ref '{pointer}' leads nowhere. A reference leads into the same schema, such as #/$defs/name.");
            }

            _rules.Add(pointer, rule = to.Place());
            var part = Schema(target, pointer);
            _definitions.Add(() => to.Define(rule, part));
        }

        return at => to.Call(at, rule, nests: true);
    }

    private JsonElement? Find(string pointer)
    {
        if (pointer != "#" && !pointer.StartsWith("#/", StringComparison.Ordinal)) return null;

        var at = root;
        foreach (var step in pointer.Split('/').Skip(1).Select(Uri.UnescapeDataString))
        {
            var key = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(key, out var member)) at = member;
            else if (at.ValueKind == JsonValueKind.Array && int.TryParse(key, out var i) && i >= 0 && i < at.GetArrayLength()) at = at[i];
            else return null;
        }

        return at;
    }

    private Part Branches(string keyword, JsonElement branches, string path)
    {
        Part[] parts = [.. Items(branches, $"{path}/{keyword}").Select((branch, i) => Schema(branch, $"{path}/{keyword}/{i}"))];
        return keyword == "allOf" && parts.Length != 1
            ? Problem(path, $"allOf has {parts.Length} schemas, and only one can be followed. Write them as one schema.")
            : at => to.Any(at, parts);
    }

    private Part Literals(IReadOnlyList<JsonElement> values, JsonElement schema, string path)
    {
        var types = TypesOf(schema, path);
        JsonElement[] fitting = [.. values.Where(value => types.Count == 0 || types.Any(type => Is(value, type)))];
        if (fitting.Length == 0) return Problem(path, "no value of enum or const has the type that it must have.");

        return at => to.Any(at, fitting.Select(value => (Part)(begin => _json.Literal(begin, value))));
    }

    private static bool Is(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && double.IsInteger(value.GetDouble())),
        JsonValueKind.Null => type == "null",
        _ => type == "boolean",
    };

    private IReadOnlyList<JsonElement> Items(JsonElement list, string path)
    {
        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0) return [.. list.EnumerateArray()];

        Problem(path, "it must be a list of at least one item.");
        return [];
    }

    private int Nothing(int from) => to.Any(from);

    private Part Problem(string path, string problem)
    {
        Problems.Add($"{path}: {problem}");
        return Nothing;
    }
}
