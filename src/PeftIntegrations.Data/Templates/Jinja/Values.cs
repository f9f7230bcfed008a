using System.Collections;

namespace PeftIntegrations.Data;

// A value is null (None), bool, long, BigInteger, double, string, or one of these.

/// <summary>A Python list, or a tuple or range, which differ in their names and texts alone.</summary>
internal class ListValue(IReadOnlyList<object?> items)
{
    public IReadOnlyList<object?> Items { get; } = items;

    public virtual string TypeName => "list";

    public virtual ListValue With(IReadOnlyList<object?> items) => new(items);
}

internal sealed class TupleValue(IReadOnlyList<object?> items) : ListValue(items)
{
    public override string TypeName => "tuple";

    public override ListValue With(IReadOnlyList<object?> items) => new TupleValue(items);
}

internal sealed class RangeValue(long start, long stop, long step) : ListValue(Numbers.Range(start, stop, step))
{
    public override string TypeName => "range";

    public override string ToString() => step == 1 ? $"range({start}, {stop})" : $"range({start}, {stop}, {step})";
}

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

/// <summary>What a filter yields bit by bit, and only once.</summary>
internal sealed class LazyValue(IEnumerable<object?> items)
{
    private readonly IEnumerator<object?> _items = items.GetEnumerator();

    public IEnumerable<object?> Rest()
    {
        while (_items.MoveNext()) yield return _items.Current;
    }
}

/// <summary>Text that is not escaped again.</summary>
internal sealed record Markup(string Content)
{
    public override string ToString() => Content;

    public static string Escape(object? value) => value is Markup safe ? safe.Content : Text.Of(value)
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal)
        .Replace("\"", "&#34;", StringComparison.Ordinal);
}

/// <summary>What a name or a field that is not there stands for: an empty text, and an error in most other uses.</summary>
internal sealed record Undefined(string Hint, string Kind = Fault.Undefined)
{
    public static Undefined Name(string name) => new($"{Text.Quoted(name)} is undefined");

    public static Undefined Field(object? of, string name) => new($"{Text.Quoted(TypeOf(of))} has no attribute {Text.Quoted(name)}");

    public static Undefined Element(object? of, object? key) =>
        key is string name ? Field(of, name) : new($"{TypeOf(of)} has no element {Text.Repr(key)}");

    public static Undefined Unsafe(object? of, string name) =>
        new($"access to attribute {Text.Quoted(name)} of {Text.Quoted(Types.NameOf(of))} object is unsafe.", Fault.Security);

    public ChatTemplateException Error() => new(Kind, Hint);

    private static string TypeOf(object? value) => value is null ? "None" : $"{Types.NameOf(value)} object";
}

/// <summary>The one kind of value whose fields a template can set.</summary>
internal sealed class NamespaceValue
{
    public DictValue Fields { get; } = new();

    public void Set(string name, object? value)
    {
        if (name.StartsWith('_'))
        {
            throw new ChatTemplateException(Fault.Security,
                $"Chat templates cannot store underscore-prefixed attributes on a namespace, but got {Text.Quoted(name)}. "
                + "Please rename the attribute.");
        }

        Fields[name] = value;
    }
}
