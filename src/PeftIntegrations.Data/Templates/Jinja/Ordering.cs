namespace PeftIntegrations.Data;

/// <summary>Python's <c>&lt;</c> and its like.</summary>
internal static class Ordering
{
    public static bool Holds(string sign, object? x, object? y, Meter meter) => sign switch
    {
        "==" => Equality.Of(x, y, meter),
        "!=" => !Equality.Of(x, y, meter),
        "<" => Compare(x, y, meter, sign) is < 0,
        "<=" => Compare(x, y, meter, sign) is <= 0,
        ">" => Compare(x, y, meter, sign) is > 0,
        _ => Compare(x, y, meter, sign) is >= 0,
    };

    /// <summary>Less than 0, 0 or more; null where a number is none (NaN).</summary>
    public static int? Compare(object? x, object? y, Meter meter, string sign = "<")
    {
        if (x is Undefined left) throw left.Error();
        if (y is Undefined right) throw right.Error();
        if (x is long a && y is long b) return a.CompareTo(b);
        if (Types.IsNumber(x) && Types.IsNumber(y)) return Numbers.Compare(x!, y!);
        if (Types.AsText(x) is { } text && Types.AsText(y) is { } other) return Points.Compare(text, other);
        if (x is ListValue first && y is ListValue second && first.TypeName == second.TypeName) return Lists(first, second, meter, sign);
        throw Fault.Type($"'{sign}' not supported between instances of '{Types.NameOf(x)}' and '{Types.NameOf(y)}'");
    }

    /// <summary>Sorts as Python does: what compares equal stays in order.</summary>
    public static List<T> Sort<T>(IEnumerable<T> items, Func<T, object?> key, bool reverse, Meter meter)
    {
        var keyed = items.Select(item => (Item: item, Key: key(item))).ToList();
        var order = Comparer<object?>.Create((x, y) =>
        {
            meter.Step();
            return Compare(x, y, meter) ?? 0;
        });
        try
        {
            var sorted = reverse ? keyed.OrderByDescending(pair => pair.Key, order) : keyed.OrderBy(pair => pair.Key, order);
            return [.. sorted.Select(pair => pair.Item)];
        }
        catch (InvalidOperationException e) when (e.InnerException is ChatTemplateException inner)
        {
            throw new ChatTemplateException(inner.Kind, inner.Reason);
        }
    }

    private static int? Lists(ListValue x, ListValue y, Meter meter, string sign)
    {
        Meter.Guard();
        for (var i = 0; i < Math.Min(x.Items.Count, y.Items.Count); i++)
        {
            meter.Step();
            if (!Equality.Of(x.Items[i], y.Items[i], meter)) return Compare(x.Items[i], y.Items[i], meter, sign);
        }

        return x.Items.Count.CompareTo(y.Items.Count);
    }
}
