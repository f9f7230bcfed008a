using System.Numerics;

namespace PeftIntegrations.Data;

/// <summary>Python's names of the values' types, and what they have in common.</summary>
internal static class Types
{
    public static string NameOf(object? value) => value switch
    {
        null => "NoneType",
        bool => "bool",
        long or BigInteger => "int",
        double => "float",
        string => "str",
        ListValue list => list.TypeName,
        ViewValue view => view.TypeName,
        DictValue => "dict",
        LazyValue => "generator",
        Undefined => "Undefined",
        Markup => "Markup",
        NamespaceValue => "Namespace",
        Callable callable => callable.TypeName,
        _ => value.GetType().Name,
    };

    /// <summary>The text of a string, safe or not; null of all else.</summary>
    public static string? AsText(object? value) => value as string ?? (value as Markup)?.Content;

    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        string text => text.Length > 0,
        long number => number != 0,
        double number => number != 0,
        BigInteger number => !number.IsZero,
        ListValue list => list.Items.Count > 0,
        DictValue dict => dict.Count > 0,
        ViewValue view => view.Items.Count > 0,
        Markup safe => safe.Content.Length > 0,
        _ => true,
    };

    public static bool IsIterable(object? value) =>
        value is string or Markup or ListValue or DictValue or ViewValue or LazyValue or Undefined;

    public static bool IsWhole(object? value) => value is long or BigInteger or bool;

    public static bool IsNumber(object? value) => value is double || IsWhole(value);
}
