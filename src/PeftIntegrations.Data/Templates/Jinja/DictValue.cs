using System.Collections;

namespace PeftIntegrations.Data;

/// <summary>A Python dictionary: keeps the order, and takes 1, 1.0 and true for one key.</summary>
internal sealed class DictValue : IEnumerable<KeyValuePair<object?, object?>>
{
    private static readonly object None = new();
    private readonly OrderedDictionary<object, object?> _items = new(Equality.Comparer);

    public int Count => _items.Count;

    public IReadOnlyList<object?> Keys => [.. _items.Keys.Select(Open)];

    public IReadOnlyList<object?> Values => [.. _items.Values];

    public object? this[object? key]
    {
        set => _items[key ?? None] = value;
    }

    public bool TryGet(object? key, out object? value) => _items.TryGetValue(key ?? None, out value);

    public IEnumerator<KeyValuePair<object?, object?>> GetEnumerator() =>
        _items.Select(item => KeyValuePair.Create(Open(item.Key), item.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public IEnumerable<TupleValue> Pairs() => this.Select(pair => new TupleValue([pair.Key, pair.Value]));

    private static object? Open(object key) => ReferenceEquals(key, None) ? null : key;
}

/// <summary>The keys, values or items of a dictionary.</summary>
internal sealed class ViewValue(string name, IReadOnlyList<object?> items)
{
    public string TypeName => $"dict_{name}";

    public IReadOnlyList<object?> Items => items;
}
