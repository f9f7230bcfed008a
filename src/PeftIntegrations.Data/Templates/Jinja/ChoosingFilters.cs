using System.Collections.Frozen;

namespace PeftIntegrations.Data;

/// <summary>The filters that choose or change items one by one, when they are asked for.</summary>
internal static class ChoosingFilters
{
    public static readonly FrozenDictionary<string, Method> Known = new Dictionary<string, Method>
    {
        ["map"] = Map,
        ["select"] = (value, rendering, a) => Choose(value, rendering, a, (ByField: false, Keeps: true)),
        ["reject"] = (value, rendering, a) => Choose(value, rendering, a, (ByField: false, Keeps: false)),
        ["selectattr"] = (value, rendering, a) => Choose(value, rendering, a, (ByField: true, Keeps: true)),
        ["rejectattr"] = (value, rendering, a) => Choose(value, rendering, a, (ByField: true, Keeps: false)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static LazyValue Map(object? value, Rendering rendering, Arguments a)
    {
        return new(Types.IsTrue(value) ? Changed() : []);

        IEnumerable<object?> Changed()
        {
            var path = a.Placed.Length == 0 && a.Has(0, "attribute") ? a.Get(0, "attribute") : null;
            if (path is null && a.Placed.Length == 0) throw Fault.Argument("map requires a filter argument");
            var rest = path is null ? a.Rest(1) : null;
            foreach (var item in Items.Of(value))
            {
                rendering.Meter.Step();
                yield return rest is null ? Filters.Follow(item, path, rendering, a.Get(1, "default"))
                    : Filters.Apply(a.Text(0, "name"), item, rendering, rest);
            }
        }
    }

    private static LazyValue Choose(object? value, Rendering rendering, Arguments a, (bool ByField, bool Keeps) how)
    {
        return new(Types.IsTrue(value) ? Chosen() : []);

        IEnumerable<object?> Chosen()
        {
            var from = how.ByField ? 1 : 0;
            if (a.Placed.Length < from) throw Fault.Argument("Missing parameter for attribute name");
            var test = a.Placed.Length > from ? Find(Text.Of(a.Placed[from])) : (item, _, _) => Types.IsTrue(item);
            var rest = a.Rest(from + 1);
            foreach (var item in Items.Of(value))
            {
                rendering.Meter.Step();
                var judged = how.ByField ? Filters.Follow(item, a.Placed[0], rendering) : item;
                if (test(judged, rendering, rest) == how.Keeps) yield return item;
            }
        }
    }

    private static Test Find(string name) => Checks.Known.TryGetValue(name, out var test) ? test
        : throw new ChatTemplateException("TemplateRuntimeError", $"No test named {Text.Quoted(name)} found.");
}
