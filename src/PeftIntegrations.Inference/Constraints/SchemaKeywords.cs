using System.Collections.Frozen;
using System.Text.Json;

namespace PeftIntegrations.Inference;

/// <summary>The keywords of JSON Schema (2020-12): which are followed, and which are refused rather than passed over.</summary>
internal static class SchemaKeywords
{
    /// <summary>What says by itself which values fit, so that nothing may stand beside it that says so too.</summary>
    public static readonly string[] Whole = ["$ref", "const", "enum", "anyOf", "oneOf", "allOf"];

    /// <summary>What restricts the values of one type, and which.</summary>
    public static readonly FrozenDictionary<string, string> TypeOf = new Dictionary<string, string>
    {
        ["properties"] = "object",
        ["required"] = "object",
        ["additionalProperties"] = "object",
        ["items"] = "array",
        ["prefixItems"] = "array",
        ["minItems"] = "array",
        ["maxItems"] = "array",
        ["minLength"] = "string",
        ["maxLength"] = "string",
        ["minimum"] = "number",
        ["maximum"] = "number",
        ["exclusiveMinimum"] = "number",
        ["exclusiveMaximum"] = "number",
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Refused = FrozenSet.Create(
        "not", "if", "then", "else", "pattern", "patternProperties", "propertyNames", "minProperties", "maxProperties", "dependencies",
        "dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "contains", "minContains", "maxContains",
        "uniqueItems", "multipleOf", "additionalItems", "$dynamicRef", "$recursiveRef");

    // With these values they restrict nothing.
    private static readonly FrozenDictionary<string, string> Harmless = new Dictionary<string, string>
    {
        ["uniqueItems"] = "false",
        ["minProperties"] = "0",
        ["unevaluatedProperties"] = "true",
        ["unevaluatedItems"] = "true",
        ["propertyNames"] = "true",
    }.ToFrozenDictionary();

    /// <summary>Notes the keywords of <paramref name="schema"/> that can't be followed; those that only describe are fine.</summary>
    public static void Check(JsonElement schema, string path, List<string> problems, List<string> notes)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var name = keyword.Name;
            if (Refused.Contains(name) && Harmless.GetValueOrDefault(name) != keyword.Value.GetRawText())
            {
                problems.Add($"{path}: '{name}' can't be kept while text is written. Leave it out, or say it otherwise.");
            }

            if (name == "format") notes.Add($"{path}: the format '{keyword.Value}' is not enforced.");
            if (name == "oneOf") notes.Add($"{path}: 'oneOf' is read as 'anyOf'.");
        }

        string[] whole = [.. Whole.Where(name => schema.TryGetProperty(name, out _))];
        string[] others = [.. whole.Skip(1), .. schema.EnumerateObject().Select(keyword => keyword.Name).Where(name => Adds(name, whole))];
        if (whole.Length > 0 && others.Length > 0)
        {
            problems.Add($"{path}: '{whole[0]}' stands beside {string.Join(", ", others.Select(name => $"'{name}'"))}, and only one " +
                "of them can be followed. Write them into the branches, or into one schema.");
        }
    }

    private static bool Adds(string name, string[] whole) =>
        TypeOf.ContainsKey(name) || (name == "type" && whole is not (["const"] or ["enum"]));
}
