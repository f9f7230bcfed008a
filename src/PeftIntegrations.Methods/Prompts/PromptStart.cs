using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>How virtual tokens start (arXiv:2104.08691 §3.2).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PromptStart>))]
public enum PromptStart
{
    /// <summary>As normal numbers.</summary>
    [JsonStringEnumMemberName("RANDOM")] Random,

    /// <summary>As the embeddings of common words, drawn at random.</summary>
    [JsonStringEnumMemberName("SAMPLE_VOCAB")] Vocabulary,

    /// <summary>As the embeddings of a text.</summary>
    [JsonStringEnumMemberName("TEXT")] Text,
}
