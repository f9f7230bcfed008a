namespace PeftIntegrations.Core;

/// <summary>Tensors one adapter owns once and many of its patches read.</summary>
public sealed class TensorPool
{
    private readonly Dictionary<string, PooledTensor> _byName = [];

    /// <summary>The pool's tensors by the names they have in a file, after <c>base_model.</c>.</summary>
    internal IEnumerable<(string Name, Parameter Tensor)> Tensors => _byName.Select(pair => (pair.Key, pair.Value.Value));

    /// <summary>The tensor of this name, made on the first request.</summary>
    /// <param name="name">The name it has in a file, after <c>base_model.</c>, such as <c>vera_A</c>.</param>
    /// <param name="create">Makes it; a tensor that is not to be trained requires no gradient.</param>
    public PooledTensor GetOrAdd(string name, Func<Parameter> create) =>
        _byName.TryGetValue(name, out var tensor) ? tensor : _byName[name] = new(create());
}
