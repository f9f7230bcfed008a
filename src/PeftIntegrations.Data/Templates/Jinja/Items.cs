namespace PeftIntegrations.Data;

/// <summary>What values hold: their items, how many, one of them, some of them.</summary>
internal static class Items
{
    public static IEnumerable<object?> Of(object? value) => value switch
    {
        ListValue list => list.Items,
        DictValue dict => dict.Keys,
        ViewValue view => view.Items,
        LazyValue lazy => lazy.Rest(),
        Undefined => [],
        _ when Types.AsText(value) is { } text => Points.Each(text),
        _ => throw Fault.Type($"'{Types.NameOf(value)}' object is not iterable"),
    };

    /// <summary>All items at once, counted.</summary>
    public static IReadOnlyList<object?> List(object? value, Meter meter)
    {
        if (value is ListValue list) return list.Items;

        var items = new List<object?>();
        foreach (var item in Of(value))
        {
            meter.Step();
            items.Add(item);
        }

        return items;
    }

    public static int Count(object? value) => value switch
    {
        ListValue list => list.Items.Count,
        DictValue dict => dict.Count,
        ViewValue view => view.Items.Count,
        Undefined => 0,
        _ when Types.AsText(value) is { } text => Points.Count(text),
        _ => throw Fault.Type($"object of type '{Types.NameOf(value)}' has no len()"),
    };

    public static bool Contains(object? all, object? item, Meter meter)
    {
        if (Types.AsText(all) is { } text)
        {
            if (item is Undefined undefined) throw undefined.Error();
            var part = Types.AsText(item)
                ?? throw Fault.Type($"'in <string>' requires string as left operand, not {Types.NameOf(item)}");
            meter.Search(text, part);
            return text.Contains(part, StringComparison.Ordinal);
        }

        if (all is DictValue dict) return dict.TryGet(item, out _);
        if (!Types.IsIterable(all)) throw Fault.Type($"argument of type '{Types.NameOf(all)}' is not iterable");
        foreach (var other in Of(all))
        {
            meter.Step();
            if (Equality.Of(other, item, meter)) return true;
        }

        return false;
    }

    /// <summary>Jinja's <c>value[key]</c>: an item, else a field.</summary>
    public static object? Get(object? value, object? key, Rendering rendering)
    {
        if (value is Undefined undefined) throw undefined.Error();
        var isKey = key is not (ListValue and not TupleValue or DictValue);
        if (value is DictValue dict && isKey && dict.TryGet(key, out var found)) return found;
        if (value is NamespaceValue space && space.Fields.TryGet(key, out var field)) return field;
        if (Types.IsWhole(key) && value is ListValue list)
        {
            var (index, count) = (Numbers.Index(key), list.Items.Count);
            if (index < 0) index += count;
            if (index >= 0 && index < count) return list.Items[index];
        }
        else if (Types.IsWhole(key) && Types.AsText(value) is { } text)
        {
            return Point(text, Numbers.Index(key)) ?? (object)Undefined.Element(value, key);
        }

        return key is string name && Attributes.TryOf(value, name, rendering, out var attribute)
            ? attribute
            : Undefined.Element(value, key);
    }

    /// <summary>Python's <c>value[start:stop:step]</c>.</summary>
    public static object? Slice(object? value, object? start, object? stop, object? step, Meter meter)
    {
        if (value is Undefined undefined) throw undefined.Error();
        if (value is not ListValue && Types.AsText(value) is null) return Undefined.Element(value, "slice");

        var by = step is null ? 1 : Numbers.Index(step);
        if (by == 0) throw Fault.Value("slice step cannot be zero");
        var text = Types.AsText(value);
        if (text is not null && by == 1 && Points.AreUnits(text))
        {
            var from = Bound(start, text.Length, 0, text.Length);
            var to = Bound(stop, text.Length, text.Length, text.Length);
            meter.Step(1 + (text.Length / 16));
            return from < to ? text[from..to] : "";
        }

        var items = text is null ? ((ListValue)value!).Items : [.. Points.Each(text)];
        meter.Step(items.Count);
        var chosen = Chosen(items, (start, stop), by);
        return text is null ? ((ListValue)value!).With(chosen) : string.Concat(chosen);
    }

    private static List<object?> Chosen(IReadOnlyList<object?> items, (object? Start, object? Stop) range, int by)
    {
        var (count, chosen) = (items.Count, new List<object?>());
        if (by > 0)
        {
            var stop = Bound(range.Stop, count, count, count);
            for (long i = Bound(range.Start, count, 0, count); i < stop; i += by) chosen.Add(items[(int)i]);
        }
        else
        {
            var stop = range.Stop is null ? -1 : Bound(range.Stop, count, -1, count - 1, -1);
            for (long i = Bound(range.Start, count, count - 1, count - 1, -1); i > stop; i += by) chosen.Add(items[(int)i]);
        }

        return chosen;
    }

    private static int Bound(object? given, int count, int otherwise, int most, int least = 0)
    {
        if (given is null) return otherwise;
        long index = Numbers.Index(given);
        return (int)Math.Clamp(index < 0 ? index + count : index, least, most);
    }

    private static string? Point(string text, int index)
    {
        if (Points.AreUnits(text))
        {
            if (index < 0) index += text.Length;
            return index >= 0 && index < text.Length ? text[index].ToString() : null;
        }

        string[] points = [.. Points.Each(text)];
        if (index < 0) index += points.Length;
        return index >= 0 && index < points.Length ? points[index] : null;
    }
}
