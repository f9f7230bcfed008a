using System.Text.Json;
using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>A list of token ids, or an object that names one embedding and its list.</summary>
internal sealed class TokenIndicesConverter : JsonConverter<IReadOnlyList<int>?>
{
    public override IReadOnlyList<int>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartArray) return JsonSerializer.Deserialize<int[]>(ref reader, options);

        var byLayer = JsonSerializer.Deserialize<Dictionary<string, int[]>>(ref reader, options)!;
        return byLayer.Count == 1 ? byLayer.Values.Single() : throw new NotSupportedException(
            $"trainable_token_indices names {byLayer.Count} embeddings ({string.Join(", ", byLayer.Keys)}); one is supported: the " +
                $"model's token embedding.");
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<int>? value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, (IEnumerable<int>?)value, options);
}
