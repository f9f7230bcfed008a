using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>The activation of a bottleneck.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Activation>))]
public enum Activation
{
    /// <summary>max(0, x).</summary>
    [JsonStringEnumMemberName("relu")] Relu,

    /// <summary>x·Φ(x).</summary>
    [JsonStringEnumMemberName("gelu")] Gelu,

    /// <summary>x·σ(x), also called SiLU.</summary>
    [JsonStringEnumMemberName("swish")] Swish,

    /// <summary>tanh(x).</summary>
    [JsonStringEnumMemberName("tanh")] Tanh,
}
