using System.Text.Json;
using System.Text.Json.Nodes;

namespace PeftIntegrations.Models;

/// <summary>Hands an architecture its parts, filled from a checkpoint, and notes what is missing, misshapen or left over.</summary>
public sealed class ModelBuilder(Checkpoint checkpoint, ScalarType type, Device device)
{
    private const int MostProblems = 1000; // a configuration may claim two billion layers

    private static readonly Registry<FrozenWeight> Stores = new(typeof(FrozenWeight).Assembly);

    private readonly Dictionary<string, FrozenWeight> _weights = new(StringComparer.Ordinal);
    private readonly List<ISite> _sites = [];
    private readonly List<string> _problems = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private ModelShape? _shape;

    /// <summary>The checkpoint's configuration.</summary>
    public JsonObject Config => checkpoint.Config;

    /// <summary>The head asked for, or null for the one the checkpoint has.</summary>
    public HeadKind? Head { get; init; }

    /// <summary>The registered way to keep matrices, or null for the checkpoint's.</summary>
    public string? Store { get; init; }

    /// <summary>Labels of the head asked for.</summary>
    public int? Labels { get; init; }

    /// <summary>How the folder says that texts become vectors, where it does.</summary>
    public EmbeddingHead? Embedding { get; init; }

    /// <summary>The pooling asked for, which goes before the folder's.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>Whether vectors of length 1 are asked for; null for what the folder says.</summary>
    public bool? Normalised { get; init; }

    /// <summary>
    /// What a head's checkpoint writes before the bare model's names, such as <c>bert</c>; a checkpoint of the bare model leaves it out.
    /// </summary>
    public string BasePrefix { get; set; } = "";

    /// <summary>The type the model computes in.</summary>
    public ScalarType Type => type;

    /// <summary>The model's sizes.</summary>
    internal ModelShape Shape => _shape ?? throw new InvalidOperationException($"Call {nameof(Begin)} with the model's shape first.");

    /// <summary>Takes the sizes and gives what the model will consist of; it fills while the architecture asks for parts.</summary>
    /// <exception cref="InvalidDataException">No model has such sizes.</exception>
    public ModelParts Begin(ModelShape shape)
    {
        (string Name, long Size)[] sizes =
        [
            ("layers", shape.Layers), ("hidden size", shape.Hidden), ("vocabulary", shape.Vocabulary),
            ("longest text", shape.MaxPositions), ("attention heads", shape.Heads), ("key-value heads", shape.KeyValueHeads),
            ("head size", shape.HeadDim),
        ];
        var problems = sizes.Where(size => size.Size < 1).Select(size => $"its {size.Name} must be at least 1, and is {size.Size}.")
            .ToList();
        if (problems.Count == 0 && shape.Heads % shape.KeyValueHeads != 0)
        {
            problems.Add($"its {shape.KeyValueHeads} key-value heads cannot share {shape.Heads} attention heads evenly.");
        }

        if (problems.Count > 0)
        {
            throw new InvalidDataException($"The configuration of {checkpoint.Source} is of no model:\n  {string.Join("\n  ", problems)}");
        }

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

    /// <summary>A head that makes vectors: as asked for, else as the folder says, else with the architecture's usual pooling.</summary>
    public EmbeddingHead EmbeddingHead(Pooling usual) =>
        new(Pooling ?? Embedding?.Pooling ?? usual, Normalised ?? Embedding?.Normalised ?? false);

    /// <summary>Ends the building.</summary>
    /// <returns>Names of tensors in the checkpoint that no part asked for.</returns>
    /// <exception cref="InvalidDataException">Tensors are missing or misshapen; the message lists all.</exception>
    public IReadOnlyList<string> Finish()
    {
        ThrowIfProblems();
        return [.. checkpoint.Names.Where(name => !_used.Contains(name)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Frees what was loaded, where building failed.</summary>
    internal void Abandon()
    {
        foreach (var tensor in _weights.Values.SelectMany(weight => weight.Stored)) tensor.Dispose();
    }

    internal bool Has(string name) => checkpoint.ShapeOf(Stored(name)) is not null;

    internal T Add<T>(T site) where T : ISite
    {
        _sites.Add(site);
        return site;
    }

    internal FrozenWeight Share(string name, string from)
    {
        _used.Add(Stored(name)); // some checkpoints hold it twice
        return _weights[name] = _weights[from];
    }

    /// <summary>Notes why the checkpoint does not serve, beside what is missing.</summary>
    internal void Note(string problem) => _problems.Add(problem);

    /// <summary>Notes where a head that the checkpoint has is of another number of labels.</summary>
    internal void CheckLabels(string name, long labels)
    {
        if (checkpoint.ShapeOf(Stored(name)) is not [var own, ..] || own == labels) return;

        Note($"The checkpoint has a head of {own} labels, and {labels} are asked for. Give as many Labels, or none for its own; " +
            "to train another head, load the model that this one was made from.");
    }

    internal FrozenWeight New(string name, Func<Tensor> create) =>
        _weights[name] = new DenseWeight(create().to(type, device).DetachFromDisposeScope());

    internal Tensor? Bias(string name, long length) => Weight(name, length) is DenseWeight stored ? stored.Read() : null;

    internal FrozenWeight Weight(string name, params long[] shape)
    {
        var key = Stored(name);
        var stored = checkpoint.ShapeOf(key);
        _used.Add(key);
        if (stored is not null && stored.SequenceEqual(shape))
        {
            return _weights[name] = Store is { } store && shape.Length == 2 ? Kept(store, key) : checkpoint.Weight(key, type, device);
        }

        var found = stored is null ? "is missing" : $"is [{string.Join(", ", stored)}]";
        _problems.Add($"{name} {found}; expected [{string.Join(", ", shape)}].");
        if (_problems.Count == MostProblems) ThrowIfProblems();
        return _weights[name] = new AbsentWeight(shape, type, device);
    }

    private FrozenWeight Kept(string store, string key)
    {
        var stored = checkpoint.Weight(key, type, device);
        var kept = Stores.Create(store, stored);
        foreach (var part in stored.Stored.Except(kept.Stored, ReferenceEqualityComparer.Instance)) ((Tensor)part!).Dispose();
        return kept;
    }

    private void ThrowIfProblems()
    {
        if (_problems.Count == 0) return;

        throw new InvalidDataException($"{checkpoint.Source} does not fit its configuration:\n  {string.Join("\n  ", _problems)}");
    }

    /// <summary>Only the shape, so that the rest of the model is looked at too.</summary>
    private sealed class AbsentWeight(long[] shape, ScalarType type, Device device) : FrozenWeight
    {
        public override IReadOnlyList<long> Shape => shape;

        public override ScalarType DType => type;

        public override Device Device => device;

        public override IEnumerable<Tensor> Stored => [];

        public override Tensor Read() => throw new InvalidOperationException("The weight is not in the checkpoint.");
    }

    /// <summary>The name as this checkpoint writes it: with the base prefix or without.</summary>
    private string Stored(string name)
    {
        if (BasePrefix.Length == 0 || checkpoint.ShapeOf(name) is not null) return name;

        var bare = name.StartsWith($"{BasePrefix}.", StringComparison.Ordinal) ? name[(BasePrefix.Length + 1)..] : $"{BasePrefix}.{name}";
        return checkpoint.ShapeOf(bare) is null ? name : bare;
    }
}
