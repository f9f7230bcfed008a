using System.Collections.Frozen;

namespace PeftIntegrations.Data;

/// <summary>The functions that every template knows.</summary>
internal static class Globals
{
    private static readonly FrozenDictionary<string, object?> Known = new Dictionary<string, object?>
    {
        ["range"] = new Function((_, a) => Range(a)),
        ["dict"] = new DictType(),
        ["namespace"] = new Function((rendering, a) => Namespace(a, rendering.Meter)),
        ["cycler"] = new Function((_, a) => new Cycler(a.Placed)),
        ["joiner"] = new Function((_, a) => Joiner(a.Text(0, "sep", ", "))),
        ["lipsum"] = new Function((_, _) => throw Fault.Type("lipsum() makes up text, and a chat has its own. Leave it out.")),
        ["raise_exception"] = new Function((rendering, a) =>
            throw new ChatTemplateException(Fault.Raised, Text.Of(a.Needed(0, "message"), rendering.Meter))),
        ["strftime_now"] = new Function((rendering, a) =>
        {
            rendering.Meter.Text(a.Text(0, "format").Length * 32L);
            return Clocks.Write(rendering.Clock.GetLocalNow(), a.Text(0, "format"));
        }),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool TryGet(string name, out object? value) => Known.TryGetValue(name, out value);

    public static DictValue Copy(DictValue dict, Meter meter)
    {
        meter.Step(dict.Count);
        var copy = new DictValue();
        foreach (var (key, value) in dict) copy[key] = value;
        return copy;
    }

    private static RangeValue Range(Arguments a)
    {
        long At(int place) => Numbers.Index(a.Placed[place]);
        return a.Placed.Length switch
        {
            1 => new(0, At(0), 1),
            2 => new(At(0), At(1), 1),
            3 => new(At(0), At(1), At(2)),
            _ => throw Fault.Type($"range expected 1 to 3 arguments, got {a.Placed.Length}"),
        };
    }

    private static NamespaceValue Namespace(Arguments a, Meter meter)
    {
        var space = new NamespaceValue();
        foreach (var (key, value) in DictType.Make(a, meter)) space.Set(Text.Of(key), value);
        return space;
    }

    private static Function Joiner(string separator)
    {
        var isUsed = false;
        return new((_, _) =>
        {
            (var text, isUsed) = (isUsed ? separator : "", true);
            return text;
        });
    }
}

/// <summary><c>dict</c>.</summary>
internal sealed class DictType : Callable
{
    public override string TypeName => "type";

    public override object? Call(Rendering rendering, Arguments arguments) => Make(arguments, rendering.Meter);

    public override bool TryField(string name, Rendering rendering, out object? value)
    {
        value = name == "fromkeys" ? new Function((r, a) => FromKeys(a, r.Meter)) : null;
        return value is not null;
    }

    public static DictValue Make(Arguments a, Meter meter)
    {
        if (a.Placed.Length > 1) throw Fault.Type($"dict expected at most 1 argument, got {a.Placed.Length}");
        var dict = a.Placed is [DictValue from] ? Globals.Copy(from, meter) : new();
        if (a.Placed is [not DictValue])
        {
            foreach (var (i, pair) in Items.List(a.Placed[0], meter).Index())
            {
                if (Items.List(pair, meter) is not [var key, var value])
                {
                    throw Fault.Value($"dictionary update sequence element #{i} has length {Items.Count(pair)}; 2 is required");
                }

                dict[key] = value;
            }
        }

        foreach (var (name, value) in a.Named) dict[name] = value;
        return dict;
    }

    private static DictValue FromKeys(Arguments a, Meter meter)
    {
        var dict = new DictValue();
        foreach (var key in Items.List(a.Needed(0, "iterable"), meter)) dict[key] = a.Get(1, "value");
        return dict;
    }
}

/// <summary>Gives some values in turn.</summary>
internal sealed class Cycler(object?[] items) : Callable
{
    private int _at;

    public override string TypeName => "Cycler";

    public override object? Call(Rendering rendering, Arguments arguments) => throw Fault.Type("'Cycler' object is not callable");

    public override bool TryField(string name, Rendering rendering, out object? value)
    {
        if (items.Length == 0) throw Fault.Type("at least one item has to be provided");
        value = name switch
        {
            "current" => items[_at],
            "next" => new Function((_, _) =>
            {
                var item = items[_at];
                _at = (_at + 1) % items.Length;
                return item;
            }),
            "reset" => new Function((_, _) => Numbers.Whole(_at = 0)),
            _ => null,
        };
        return name is "current" or "next" or "reset";
    }
}
