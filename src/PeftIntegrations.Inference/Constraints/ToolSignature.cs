using System.Text.Json;

namespace PeftIntegrations.Inference;

/// <summary>A tool that a model may call.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">The JSON schema of its arguments, an object; undefined where it takes none.</param>
public sealed record ToolSignature(string Name, JsonElement Arguments = default)
{
    private static readonly JsonElement None = JsonElement.Parse("""{"type": "object", "additionalProperties": false}""");
    private static readonly JsonElement Anything = JsonElement.Parse("""{"type": "object"}""");

    internal JsonElement Schema => Arguments.ValueKind switch
    {
        JsonValueKind.Undefined => None,
        JsonValueKind.True => Anything,
        JsonValueKind.Object when !Arguments.EnumerateObject().Any() => Anything,
        _ => Arguments,
    };
}
