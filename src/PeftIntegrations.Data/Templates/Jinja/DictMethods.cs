using System.Collections.Frozen;

namespace PeftIntegrations.Data;

/// <summary>The methods of a dictionary that leave it as it is.</summary>
internal static class DictMethods
{
    public static readonly FrozenDictionary<string, Method> Known = new Dictionary<string, Method>
    {
        ["get"] = (self, _, a) => ((DictValue)self!).TryGet(a.Needed(0, "key"), out var value) ? value : a.Get(1, "default"),
        ["items"] = (self, rendering, _) => View(self, "items", dict => [.. dict.Pairs()], rendering),
        ["keys"] = (self, rendering, _) => View(self, "keys", dict => dict.Keys, rendering),
        ["values"] = (self, rendering, _) => View(self, "values", dict => dict.Values, rendering),
        ["copy"] = (self, rendering, _) => Globals.Copy((DictValue)self!, rendering.Meter),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static ViewValue View(object? self, string name, Func<DictValue, IReadOnlyList<object?>> items, Rendering rendering)
    {
        var dict = (DictValue)self!;
        rendering.Meter.Step(dict.Count);
        return new(name, items(dict));
    }
}

/// <summary>The methods of a list or tuple that leave it as it is.</summary>
internal static class ListMethods
{
    public static readonly FrozenDictionary<string, Method> Known = new Dictionary<string, Method>
    {
        ["count"] = (self, rendering, a) => Numbers.Whole(Places(self, a, rendering.Meter).Count()),
        ["index"] = (self, rendering, a) => Places(self, a, rendering.Meter).Select(place => (object)(long)place).FirstOrDefault()
            ?? throw Fault.Value($"{Text.Repr(a.Placed[0], rendering.Meter)} is not in {Types.NameOf(self)}"),
        ["copy"] = (self, rendering, _) => ((ListValue)self!).With([.. Items.List(self, rendering.Meter)]),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static IEnumerable<int> Places(object? self, Arguments a, Meter meter)
    {
        var (list, wanted) = ((ListValue)self!, a.Needed(0, "value"));
        for (var i = 0; i < list.Items.Count; i++)
        {
            meter.Step();
            if (Equality.Of(list.Items[i], wanted, meter)) yield return i;
        }
    }
}

/// <summary>The methods of a number with a fraction.</summary>
internal static class NumberMethods
{
    public static readonly FrozenDictionary<string, Method> Known = new Dictionary<string, Method>
    {
        ["is_integer"] = (self, _, _) => Math.Truncate((double)self!) == (double)self!,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
