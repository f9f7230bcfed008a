using System.Collections.Frozen;

namespace PeftIntegrations.Data;

internal delegate bool Test(object? value, Rendering rendering, Arguments arguments);

/// <summary>What stands behind <c>is</c>.</summary>
internal static class Checks
{
    public static readonly FrozenDictionary<string, Test> Known = new Dictionary<string, Test>
    {
        ["defined"] = Plain(value => value is not Undefined),
        ["undefined"] = Plain(value => value is Undefined),
        ["none"] = Plain(value => value is null),
        ["boolean"] = Plain(value => value is bool),
        ["true"] = Plain(value => value is true),
        ["false"] = Plain(value => value is false),
        ["integer"] = Plain(value => Types.IsWhole(value) && value is not bool),
        ["float"] = Plain(value => value is double),
        ["number"] = Plain(Types.IsNumber),
        ["string"] = Plain(value => value is string or Markup),
        ["mapping"] = Plain(value => value is DictValue),
        ["sequence"] = Plain(value => value is string or Markup or ListValue or DictValue or Undefined),
        ["iterable"] = Plain(Types.IsIterable),
        ["callable"] = Plain(value => value is Callable and not Cycler or Undefined),
        ["escaped"] = Plain(value => value is Markup),
        ["upper"] = Plain(value => Casing.IsUpper(Text.Of(value))),
        ["lower"] = Plain(value => Casing.IsLower(Text.Of(value))),
        ["odd"] = (value, rendering, _) => Equality.Of(Arithmetic.Apply("%", value, 2L, rendering.Meter), 1L, rendering.Meter),
        ["even"] = (value, rendering, _) => Equality.Of(Arithmetic.Apply("%", value, 2L, rendering.Meter), 0L, rendering.Meter),
        ["divisibleby"] = (value, rendering, a) =>
            Equality.Of(Arithmetic.Apply("%", value, a.Needed(0, "num"), rendering.Meter), 0L, rendering.Meter),
        ["sameas"] = (value, _, a) => a.Needed(0, "other") is var other && (ReferenceEquals(value, other)
            || (value is bool or long or string && value.Equals(other))),
        ["in"] = (value, rendering, a) => Items.Contains(a.Needed(0, "seq"), value, rendering.Meter),
        ["filter"] = Plain(value => value is string name && Filters.Known.ContainsKey(name)),
        ["test"] = Plain(value => value is string name && IsKnown(name)),
        ["=="] = Compared("=="),
        ["eq"] = Compared("=="),
        ["equalto"] = Compared("=="),
        ["!="] = Compared("!="),
        ["ne"] = Compared("!="),
        [">"] = Compared(">"),
        ["gt"] = Compared(">"),
        ["greaterthan"] = Compared(">"),
        [">="] = Compared(">="),
        ["ge"] = Compared(">="),
        ["<"] = Compared("<"),
        ["lt"] = Compared("<"),
        ["lessthan"] = Compared("<"),
        ["<="] = Compared("<="),
        ["le"] = Compared("<="),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Test Plain(Func<object?, bool> test) => (value, _, _) => test(value);

    private static Test Compared(string sign) => (value, rendering, a) =>
        Ordering.Holds(sign, value, a.Needed(0, "other"), rendering.Meter);

    private static bool IsKnown(string name) => Known.ContainsKey(name);
}
