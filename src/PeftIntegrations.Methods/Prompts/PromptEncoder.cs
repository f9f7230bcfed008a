using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>The network that makes virtual tokens (arXiv:2103.10385 §3.2).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PromptEncoder>))]
public enum PromptEncoder
{
    /// <summary>Three linear layers with ReLU between.</summary>
    [JsonStringEnumMemberName("MLP")] Mlp,

    /// <summary>A bidirectional LSTM, and two linear layers behind it.</summary>
    [JsonStringEnumMemberName("LSTM")] Lstm,
}
