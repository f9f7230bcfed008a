using System.Text.Json;
using System.Text.Json.Serialization;

namespace PeftIntegrations.Core;

/// <summary>A field that files write as one value or as a list of them.</summary>
internal sealed class OneOrMany<T> : JsonConverter<IReadOnlyList<T>>
{
    public override IReadOnlyList<T>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.StartArray => JsonSerializer.Deserialize<List<T>>(ref reader, options),
            _ => [JsonSerializer.Deserialize<T>(ref reader, options)!],
        };

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, (IEnumerable<T>)value, options);
}
