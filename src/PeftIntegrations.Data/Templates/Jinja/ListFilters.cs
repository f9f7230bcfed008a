using System.Collections.Frozen;

namespace PeftIntegrations.Data;

/// <summary>The filters that make lists, or something of lists.</summary>
internal static class ListFilters
{
    public static readonly FrozenDictionary<string, Method> Known = new Dictionary<string, Method>
    {
        ["length"] = (value, _, _) => Numbers.Whole(Items.Count(value)),
        ["count"] = (value, _, _) => Numbers.Whole(Items.Count(value)),
        ["list"] = (value, rendering, _) => new ListValue([.. Items.List(value, rendering.Meter)]),
        ["first"] = (value, _, _) => value is string { Length: > 0 } or ListValue { Items.Count: > 0 }
            ? Items.Of(value).First() : Items.Of(value).DefaultIfEmpty(new Undefined("No first item, sequence was empty.")).First(),
        ["last"] = (value, rendering, _) => value is LazyValue ? throw Fault.Type("'generator' object is not reversible")
            : Items.List(value, rendering.Meter) is [.., var last] ? last : new Undefined("No last item, sequence was empty."),
        ["reverse"] = (value, rendering, _) => Types.AsText(value) is { } text ? Points.Reverse(text)
            : new LazyValue(Items.List(value, rendering.Meter).Reverse()),
        ["join"] = Join,
        ["sum"] = Sum,
        ["min"] = (value, rendering, a) => Extreme(value, rendering, a, -1),
        ["max"] = (value, rendering, a) => Extreme(value, rendering, a, 1),
        ["sort"] = (value, rendering, a) => new ListValue(Sorted(
            Items.List(value, rendering.Meter), a.Get(2, "attribute"), (a.Flag(1, "case_sensitive"), a.Flag(0, "reverse")), rendering)),
        ["dictsort"] = DictSort,
        ["items"] = (value, rendering, _) => value switch
        {
            DictValue dict => new LazyValue(dict.Pairs()),
            Undefined => new LazyValue([]),
            _ => throw Fault.Type("Can only get item pairs from a mapping."),
        },
        ["unique"] = (value, rendering, a) => new LazyValue(Unique(value, rendering, a)),
        ["batch"] = (value, rendering, a) => new LazyValue(Batch(value, rendering, a)),
        ["slice"] = (value, rendering, a) => new LazyValue(Slice(value, rendering, a)),
        ["groupby"] = GroupBy,
        ["default"] = Default,
        ["d"] = Default,
        ["attr"] = (value, rendering, a) => value is Undefined undefined ? throw undefined.Error()
            : Attributes.TryOf(value, a.Text(0, "name"), rendering, out var field) ? field : Undefined.Field(value, a.Text(0, "name")),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static object? Default(object? value, Rendering rendering, Arguments a) =>
        value is Undefined || (a.Flag(1, "boolean") && !Types.IsTrue(value)) ? a.Get(0, "default_value", "") : value;

    private static string Join(object? value, Rendering rendering, Arguments a)
    {
        var items = Items.List(value, rendering.Meter).Select(item => Filters.Follow(item, a.Get(1, "attribute"), rendering));
        return TextMethods.Join(
            Text.Of(a.Get(0, "d", "")), new ListValue([.. items.Select(item => Text.Of(item, rendering.Meter))]), rendering.Meter);
    }

    private static object? Sum(object? value, Rendering rendering, Arguments a)
    {
        var sum = a.Get(1, "start", 0L);
        foreach (var item in Items.List(value, rendering.Meter))
        {
            sum = Arithmetic.Apply("+", sum, Filters.Follow(item, a.Get(0, "attribute"), rendering), rendering.Meter);
        }

        return sum;
    }

    private static object? Extreme(object? value, Rendering rendering, Arguments a, int sign)
    {
        object? Key(object? item) => Folded(Filters.Follow(item, a.Get(1, "attribute"), rendering), a.Flag(0, "case_sensitive"));
        var items = Items.List(value, rendering.Meter);
        if (items.Count == 0) return new Undefined("No aggregated item, sequence was empty.");

        var best = items[0];
        foreach (var item in items.Skip(1))
        {
            if (Ordering.Compare(Key(item), Key(best), rendering.Meter) * sign > 0) best = item;
        }

        return best;
    }

    private static List<object?> Sorted(
        IReadOnlyList<object?> items, object? attribute, (bool IsExact, bool IsReverse) how, Rendering rendering)
    {
        var paths = Types.AsText(attribute)?.Split(',');
        object? Key(object? item) => paths is { Length: > 1 }
            ? new ListValue([.. paths.Select(path => Folded(Filters.Follow(item, path, rendering), how.IsExact))])
            : Folded(Filters.Follow(item, attribute, rendering), how.IsExact);
        return Ordering.Sort(items, Key, how.IsReverse, rendering.Meter);
    }

    private static ListValue DictSort(object? value, Rendering rendering, Arguments a)
    {
        if (value is Undefined undefined) throw undefined.Error();
        if (value is not DictValue dict)
        {
            throw new ChatTemplateException("AttributeError", $"'{Types.NameOf(value)}' object has no attribute 'items'");
        }

        var by = a.Text(1, "by", "key") switch
        {
            "key" => 0,
            "value" => 1,
            _ => throw Fault.Argument("You can only sort by either \"key\" or \"value\""),
        };
        var isExact = a.Flag(0, "case_sensitive");
        return new ListValue(
            [.. Ordering.Sort(dict.Pairs(), pair => Folded(pair.Items[by], isExact), a.Flag(2, "reverse"), rendering.Meter)]);
    }

    private static IEnumerable<object?> Unique(object? value, Rendering rendering, Arguments a)
    {
        var seen = new DictValue();
        foreach (var item in Items.Of(value))
        {
            rendering.Meter.Step();
            var key = Folded(Filters.Follow(item, a.Get(1, "attribute"), rendering), a.Flag(0, "case_sensitive"));
            if (seen.TryGet(key, out _)) continue;
            seen[key] = null;
            yield return item;
        }
    }

    private static IEnumerable<object?> Batch(object? value, Rendering rendering, Arguments a)
    {
        var size = a.Number(0, "linecount", 1);
        foreach (var chunk in Items.List(value, rendering.Meter).Chunk(Math.Max(1, size)))
        {
            var missing = a.Get(1, "fill_with") is null ? 0 : Math.Max(0, size - chunk.Length);
            rendering.Meter.Step(missing);
            yield return new ListValue([.. chunk, .. Enumerable.Repeat(a.Get(1, "fill_with"), missing)]);
        }
    }

    private static IEnumerable<object?> Slice(object? value, Rendering rendering, Arguments a)
    {
        var (items, count) = (Items.List(value, rendering.Meter), a.Number(0, "slices", 1));
        if (count == 0) throw new ChatTemplateException("ZeroDivisionError", "integer division or modulo by zero");
        var (each, more, at) = (items.Count / count, items.Count % count, 0);
        for (var i = 0; i < count; i++)
        {
            rendering.Meter.Step();
            var size = each + (i < more ? 1 : 0);
            List<object?> slice = [.. items.Skip(at).Take(size)];
            at += size;
            if (a.Get(1, "fill_with") is { } fill && i >= more) slice.Add(fill);
            yield return new ListValue(slice);
        }
    }

    private static ListValue GroupBy(object? value, Rendering rendering, Arguments a)
    {
        var (path, otherwise, isExact) = (a.Needed(0, "attribute"), a.Get(1, "default"), a.Flag(2, "case_sensitive"));
        object? Key(object? item) => Filters.Follow(item, path, rendering, otherwise);
        var groups = new List<(object? Key, List<object?> Items)>();
        foreach (var item in Ordering.Sort(
            Items.List(value, rendering.Meter), item => Folded(Key(item), isExact), reverse: false, rendering.Meter))
        {
            var key = Key(item);
            var isOld = groups.Count > 0 && Equality.Of(Folded(groups[^1].Key, isExact), Folded(key, isExact), rendering.Meter);
            if (!isOld) groups.Add((key, []));
            groups[^1].Items.Add(item);
        }

        return new ListValue([.. groups.Select(group => new TupleValue([group.Key, new ListValue(group.Items)]))]);
    }

    private static object? Folded(object? value, bool isExact) => isExact ? value : Filters.Lowered(value);
}
