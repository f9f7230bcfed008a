namespace PeftIntegrations.Core;

/// <summary>What one adapter owns once and many of its patches share, and where they all stand.</summary>
/// <param name="sites">All sites of the model.</param>
public sealed class TensorPool(IReadOnlyList<ISite> sites)
{
    private readonly Dictionary<string, PooledTensor> _byName = [];
    private readonly Dictionary<Type, object> _parts = [];

    /// <summary>All sites of the model, in the order of computation: for a method whose tensors are sized by all of its targets.</summary>
    public IReadOnlyList<ISite> Sites { get; } = sites;

    /// <summary>The pool's tensors by the names they have in a file.</summary>
    internal IEnumerable<(string Name, PooledTensor Tensor)> Tensors => _byName.Select(pair => (pair.Key, pair.Value));

    /// <summary>The objects that patches share.</summary>
    internal IEnumerable<object> Parts => _parts.Values;

    /// <summary>The tensor of this name, made on the first request.</summary>
    /// <param name="name">The whole name it has in a file, such as <c>base_model.vera_A</c>.</param>
    /// <param name="create">Makes it; a tensor that is not to be trained requires no gradient.</param>
    /// <param name="isSaved">Whether files hold it.</param>
    public PooledTensor GetOrAdd(string name, Func<Parameter> create, bool isSaved = true) =>
        _byName.TryGetValue(name, out var tensor) ? tensor : _byName[name] = new(create(), isSaved);

    /// <summary>The adapter's one object of this type, made on the first request: an encoder, a rank schedule.</summary>
    public T Part<T>(Func<T> create) where T : class =>
        _parts.TryGetValue(typeof(T), out var part) ? (T)part : (T)(_parts[typeof(T)] = create());
}
