using System.Collections.Frozen;

namespace PeftIntegrations.Data;

/// <summary>The fields and methods of values: those that are safe, and no others.</summary>
internal static class Attributes
{
    private static readonly FrozenSet<string> OfAll = FrozenSet.Create(
        StringComparer.Ordinal, "__class__", "__doc__", "__init__", "__dict__", "__module__", "__new__", "__reduce__", "__reduce_ex__",
        "__repr__", "__str__", "__subclasshook__", "__sizeof__", "__setattr__", "__delattr__", "__getattribute__", "__dir__", "__eq__",
        "__hash__", "__init_subclass__", "__format__", "__len__", "__iter__", "__getitem__", "__contains__", "__add__");

    private static readonly FrozenSet<string> OfDict = FrozenSet.Create(
        StringComparer.Ordinal, "clear", "pop", "popitem", "setdefault", "update");

    private static readonly FrozenSet<string> OfList = FrozenSet.Create(
        StringComparer.Ordinal, "append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

    /// <summary>Jinja's <c>value.name</c>: a field, else an item.</summary>
    public static object? Of(object? value, string name, Rendering rendering)
    {
        if (value is DictValue dict && dict.TryGet(name, out var item) && !IsOfDict(name)) return item;
        if (value is Undefined undefined)
        {
            return OfAll.Contains(name) ? Undefined.Unsafe(value, name) : throw undefined.Error();
        }

        if (TryOf(value, name, rendering, out var field)) return field;
        return value is DictValue other && other.TryGet(name, out item) ? item : Undefined.Field(value, name);
    }

    public static bool TryOf(object? value, string name, Rendering rendering, out object? field)
    {
        if (IsUnsafe(value, name))
        {
            field = Undefined.Unsafe(value, name);
            return true;
        }

        if (value is NamespaceValue space) return space.Fields.TryGet(name, out field);
        if (value is Callable callable) return callable.TryField(name, rendering, out field);
        var method = MethodOf(value, name);
        field = method is null ? null : new BoundMethod(value, method);
        return method is not null;
    }

    /// <summary>A method of a value; null where it has none of this name.</summary>
    public static Method? MethodOf(object? value, string name) => value switch
    {
        string or Markup => TextMethods.Known.GetValueOrDefault(name),
        DictValue => DictMethods.Known.GetValueOrDefault(name),
        ListValue => ListMethods.Known.GetValueOrDefault(name),
        double => NumberMethods.Known.GetValueOrDefault(name),
        _ => null,
    };

    private static bool IsOfDict(string name) => DictMethods.Known.ContainsKey(name) || OfDict.Contains(name) || OfAll.Contains(name);

    private static bool IsUnsafe(object? value, string name) => name.StartsWith('_')
        ? OfAll.Contains(name)
        : (value is DictValue && OfDict.Contains(name)) || (value is ListValue { TypeName: "list" } && OfList.Contains(name));
}
