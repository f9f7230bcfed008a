using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>true, false or a name, as Hugging Face writes <c>init_lora_weights</c>.</summary>
internal sealed class LowRankStartConverter : JsonConverter<ILowRankStart>
{
    private static readonly Registry<ILowRankStart> Starts = new(typeof(ILowRankStart).Assembly);

    public override ILowRankStart Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.TokenType switch
        {
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            JsonTokenType.String => reader.GetString()!,
            _ => throw new JsonException("init_lora_weights must be true, false or a name."),
        };
        return Starts.Names.Contains(name, StringComparer.OrdinalIgnoreCase) ? Starts.Create(name) : throw new NotSupportedException(
            $"init_lora_weights is '{name}', and a start that changes the base model cannot be told from the file alone. Known: " +
                $"{string.Join(", ", Starts.Names)}. " +
            "In Python, save with path_initial_model_for_weight_conversion to get a plain LoRA.");
    }

    public override void Write(Utf8JsonWriter writer, ILowRankStart value, JsonSerializerOptions options)
    {
        var name = value.GetType().GetCustomAttribute<RegisteredAsAttribute>()!.Name;
        if (name is "true" or "false") writer.WriteBooleanValue(name == "true");
        else writer.WriteStringValue(name);
    }
}
