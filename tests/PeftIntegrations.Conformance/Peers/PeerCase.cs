using System.Text.Json.Nodes;
using PeftIntegrations.Core;

namespace PeftIntegrations.Conformance;

/// <summary>An adapter written here, for the real peft to load.</summary>
/// <param name="Method">The method; null for the model alone.</param>
internal sealed record PeerCase(PeftMethod? Method)
{
    /// <summary>The model.</summary>
    public TinyModel Model { get; init; } = new();

    /// <summary>Whether it can be merged: not where a layer has no bias to merge B's into.</summary>
    public bool Merges { get; init; } = true;

    /// <summary>Whether peft's own merge computes what its adapter did: it changes both layers that share a weight.</summary>
    public bool PeftMerges { get; init; } = true;

    /// <summary>Largest difference of two logits after peft has merged in fp32 and we in the model's type.</summary>
    public double MergeTolerance => Model.Type == ScalarType.Float32 ? 1e-4 : 0.2;

    public static TinyModel Tied { get; } = new() { Changes = { ["tie_word_embeddings"] = true } };

    public static TinyModel Plain { get; } = new() { Changes = { ["attention_bias"] = false, ["num_key_value_heads"] = 4 } };

    public static TinyModel Biased { get; } = new() { Changes = { ["mlp_bias"] = true } };

    public static TinyModel Classifier { get; } = new()
    {
        Labels = 3,
        Changes = { ["architectures"] = new JsonArray("LlamaForSequenceClassification"), ["num_labels"] = 3, ["pad_token_id"] = 0 },
    };
}
