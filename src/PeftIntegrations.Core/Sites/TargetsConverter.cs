using System.Text.Json;
using System.Text.Json.Serialization;

namespace PeftIntegrations.Core;

/// <summary>
/// Hugging Face's spelling: a list is names, a string is <c>all-linear</c> or a pattern. Roles are resolved to names before they are
/// written.
/// </summary>
internal sealed class TargetsConverter : JsonConverter<Targets>
{
    public override Targets Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) return Targets.Names(JsonSerializer.Deserialize<string[]>(ref reader, options)!);

        var text = reader.GetString()!;
        return text == "all-linear" ? Targets.AllLinear : Targets.Pattern(text);
    }

    public override void Write(Utf8JsonWriter writer, Targets value, JsonSerializerOptions options)
    {
        switch (value)
        {
            case Targets.ByName names: JsonSerializer.Serialize(writer, names.List, options); break;
            case Targets.ByPattern pattern: writer.WriteStringValue(pattern.Expression); break;
            case Targets.EveryProjection: writer.WriteStringValue("all-linear"); break;
            default:
                throw new JsonException(
                $"Targets by role ({value}) have no spelling of their own in a file: resolve them against a model first.");
        }
    }
}
