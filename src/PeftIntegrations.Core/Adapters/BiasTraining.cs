using System.Text.Json;
using System.Text.Json.Serialization;

namespace PeftIntegrations.Core;

/// <summary>Which of the model's biases an adapter trains beside its own tensors.</summary>
[JsonConverter(typeof(BiasTrainingConverter))]
public enum BiasTraining
{
    /// <summary>None: the default.</summary>
    None,

    /// <summary>All of the model's.</summary>
    All,

    /// <summary>Those of the adapted layers (<c>lora_only</c> and its kin).</summary>
    AdaptedOnly,
}

internal sealed class BiasTrainingConverter : JsonConverter<BiasTraining>
{
    public override BiasTraining Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() switch
        {
            null or "none" => BiasTraining.None,
            "all" => BiasTraining.All,
            { } own when own.EndsWith("_only", StringComparison.Ordinal) => BiasTraining.AdaptedOnly,
            var other => throw new JsonException(
                $"bias is '{other}'. It must be none, all, or a method's name with _only, such as lora_only."),
        };

    public override void Write(Utf8JsonWriter writer, BiasTraining value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value switch
        {
            BiasTraining.All => "all",
            BiasTraining.AdaptedOnly => "lora_only",
            _ => "none",
        });
}
