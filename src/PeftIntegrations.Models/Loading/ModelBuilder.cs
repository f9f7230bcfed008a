using System.Text.Json;
using System.Text.Json.Nodes;

namespace PeftIntegrations.Models;

/// <summary>Hands an architecture its parts, filled from a checkpoint, and notes what is missing, misshapen or left over.</summary>
public sealed class ModelBuilder(Checkpoint checkpoint, ScalarType type, Device device)
{
    private readonly Dictionary<string, FrozenWeight> _weights = new(StringComparer.Ordinal);
    private readonly List<ISite> _sites = [];
    private readonly List<string> _problems = [];
    private ModelShape? _shape;

    /// <summary>The checkpoint's configuration.</summary>
    public JsonObject Config => checkpoint.Config;

    /// <summary>Labels of a new classification head, or null to take the head the checkpoint asks for.</summary>
    public int? NewLabels { get; init; }

    /// <summary>The type the model computes in.</summary>
    public ScalarType Type => type;

    /// <summary>The model's sizes.</summary>
    internal ModelShape Shape => _shape ?? throw new InvalidOperationException($"Call {nameof(Begin)} with the model's shape first.");

    /// <summary>Takes the sizes and gives what the model will consist of; it fills while the architecture asks for parts.</summary>
    public ModelParts Begin(ModelShape shape)
    {
        _shape = shape;
        return new(shape, Config, _sites, _weights);
    }

    /// <summary>The configuration as an architecture's own record.</summary>
    /// <exception cref="InvalidDataException">A field has another type, or a value that cannot be.</exception>
    public T ConfigAs<T>()
    {
        try
        {
            return Config.Deserialize<T>() ?? throw new JsonException("it is null.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException($"The configuration of {checkpoint.Source} is not one of this architecture: {e.Message}", e);
        }
    }

    /// <summary>The place <paramref name="path"/> in the checkpoint, where parts are asked for.</summary>
    public ModelScope At(string path) => new(this, path);

    /// <summary>Ends the building.</summary>
    /// <returns>Names of tensors in the checkpoint that no part asked for.</returns>
    /// <exception cref="InvalidDataException">Tensors are missing or misshapen; the message lists all.</exception>
    public IReadOnlyList<string> Finish()
    {
        if (_problems.Count > 0)
        {
            throw new InvalidDataException($"{checkpoint.Source} does not fit its configuration:\n  {string.Join("\n  ", _problems)}");
        }

        return [.. checkpoint.Names.Where(name => !_weights.ContainsKey(name)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Frees what was loaded, where building failed.</summary>
    internal void Abandon()
    {
        foreach (var tensor in _weights.Values.SelectMany(weight => weight.Stored)) tensor.Dispose();
    }

    internal bool Has(string name) => checkpoint.ShapeOf(name) is not null;

    internal T Add<T>(T site) where T : ISite
    {
        _sites.Add(site);
        return site;
    }

    internal FrozenWeight Share(string name, string from) => _weights[name] = _weights[from];

    internal FrozenWeight New(string name, Func<Tensor> create) => _weights[name] = new DenseWeight(create().to(type, device).DetachFromDisposeScope());

    internal FrozenWeight Weight(string name, params long[] shape)
    {
        var stored = checkpoint.ShapeOf(name);
        if (stored is null) _problems.Add($"{name} is missing; expected [{string.Join(", ", shape)}].");
        else if (!stored.SequenceEqual(shape)) _problems.Add($"{name} is [{string.Join(", ", stored)}]; expected [{string.Join(", ", shape)}].");
        else return _weights[name] = new DenseWeight(checkpoint.Read(name, type).to(device).DetachFromDisposeScope());

        return _weights[name] = new DenseWeight(empty(shape, dtype: type, device: new Device(DeviceType.META)).DetachFromDisposeScope());
    }
}
