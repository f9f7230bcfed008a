using System.Text.Json;
using System.Text.Json.Serialization;

namespace PeftIntegrations.Inference;

/// <summary>Reads a list that Hugging Face also writes as its only item: <c>2</c> for <c>[2]</c>.</summary>
internal sealed class OneOrManyConverter<T> : JsonConverter<IReadOnlyList<T>>
{
    public override IReadOnlyList<T>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return reader.TokenType == JsonTokenType.StartArray
                ? JsonSerializer.Deserialize<T[]>(ref reader, options)
                : [JsonSerializer.Deserialize<T>(ref reader, options)!];
        }
        catch (JsonException problem)
        {
            throw new JsonException(null, problem); // the serialiser puts the option's path into an exception that has no message
        }
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.ToArray(), options);
}
