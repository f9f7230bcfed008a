using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Testing;

/// <summary>
/// A random model small enough for any test. <c>TinyModels/&lt;model_type&gt;.json</c> is all that a new architecture adds.
/// </summary>
public sealed record TinyModel(string Architecture = "llama")
{
    /// <summary>The type to compute in. Default fp32.</summary>
    public ScalarType Type { get; init; } = ScalarType.Float32;

    /// <summary>The type that the checkpoint holds; null for the one to compute in.</summary>
    public ScalarType? Stored { get; init; }

    /// <summary>Where. Default <see cref="TestDevice"/>.</summary>
    public Device Device { get; init; } = TestDevice.Current;

    /// <summary>The seed of the weights. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Labels of a new classification head; null for the language model's.</summary>
    public int? Labels { get; init; }

    /// <summary>How an embedding model's vectors of tokens become one; null for what is usual.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>Fields of the configuration to set otherwise.</summary>
    public JsonObject Changes { get; init; } = [];

    /// <summary>The model; the caller disposes it.</summary>
    /// <param name="store">How its matrices are kept; null for as they are computed with.</param>
    public PretrainedModel Create(Func<Tensor, FrozenWeight>? store = null)
    {
        using var checkpoint = new RandomCheckpoint(Config(), Seed) { Stored = Stored, Store = store };
        var head = Labels is null ? (HeadKind?)null : HeadKind.Classification;
        var builder = new ModelBuilder(checkpoint, Type, Device) { Labels = Labels, Head = head, Pooling = Pooling };
        var model = Pretrained.Architectures.Create(Architecture, builder);
        var unused = builder.Finish();
        return unused.Count == 0 ? model : throw new InvalidOperationException($"{Architecture} did not use {string.Join(", ", unused)}.");
    }

    private JsonObject Config()
    {
        using var file = typeof(TinyModel).Assembly.GetManifestResourceStream($"{Architecture}.json")
            ?? throw new FileNotFoundException(
                $"Add tests/PeftIntegrations.Testing/TinyModels/{Architecture}.json, a small configuration.");
        var config = JsonNode.Parse(file)!.AsObject();
        foreach (var (name, value) in Changes) config[name] = value?.DeepClone();
        return config;
    }
}
