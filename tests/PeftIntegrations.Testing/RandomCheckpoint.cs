using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Testing;

/// <summary>A model without files: the tensors that an architecture asks for with this configuration, random and seeded.</summary>
public sealed class RandomCheckpoint : Checkpoint
{
    private readonly Dictionary<string, IReadOnlyList<long>> _shapes = [];
    private readonly Generator _random;

    /// <summary>Asks the configuration's architecture what it needs.</summary>
    public RandomCheckpoint(JsonObject config, int seed)
    {
        (Config, _random) = (config, new Generator((ulong)seed));
        var asking = new ModelBuilder(this, ScalarType.Float32, new Device(DeviceType.META));
        using var model = Pretrained.Architectures.Create(config["model_type"]!.ToString(), asking); // all are missing yet, and noted
        _shapes = model.Weights.ToDictionary(pair => pair.Key, pair => pair.Value.Shape);
    }

    public override string Source => "a random checkpoint";

    public override JsonObject Config { get; }

    public override IReadOnlyCollection<string> Names => _shapes.Keys;

    public override IReadOnlyList<long>? ShapeOf(string name) => _shapes.GetValueOrDefault(name);

    /// <summary>The type that its numbers are rounded to; null for none.</summary>
    public ScalarType? Stored { get; init; }

    public override ScalarType? TypeOf(string name) => Stored;

    /// <summary>How matrices are kept; null for as they are computed with.</summary>
    public Func<Tensor, FrozenWeight>? Store { get; init; }

    public override FrozenWeight Weight(string name, ScalarType type, Device device) => Store is { } store && _shapes[name].Count == 2
        ? store(Read(name, type).to(device).DetachFromDisposeScope())
        : base.Weight(name, type, device);

    /// <summary>As large as keeps hidden states near one: a gain near 1, a small bias, a matrix by its inputs.</summary>
    public override Tensor Read(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var normal = randn([.. _shapes[name]], generator: _random, device: CPU);
        var numbers = normal.ndim > 1 ? normal / Math.Sqrt(normal.shape[^1])
            : name.EndsWith(".bias", StringComparison.Ordinal) ? normal * 0.1
            : 1 + normal * 0.1;
        return numbers.to(Stored ?? type).to(type).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        _random.Dispose();
        base.Dispose(disposing);
    }
}
