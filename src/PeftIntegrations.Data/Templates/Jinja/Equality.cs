namespace PeftIntegrations.Data;

/// <summary>Python's <c>==</c>, and the hash that goes with it.</summary>
internal sealed class Equality : IEqualityComparer<object>
{
    public static readonly Equality Comparer = new();

    bool IEqualityComparer<object>.Equals(object? x, object? y) => Of(x, y, null);

    public int GetHashCode(object value) => value switch
    {
        string text => text.GetHashCode(StringComparison.Ordinal),
        bool flag => flag ? 1 : 0,
        long number => number.GetHashCode(),
        double number when Math.Abs(number) < long.MaxValue && Math.Truncate(number) == number => ((long)number).GetHashCode(),
        TupleValue tuple => tuple.Items.Aggregate(17, (sum, item) => unchecked((sum * 31) + (item is null ? 0 : GetHashCode(item)))),
        ListValue or DictValue => throw Fault.Type($"unhashable type: '{Types.NameOf(value)}'"),
        Markup safe => safe.Content.GetHashCode(StringComparison.Ordinal),
        _ => value.GetHashCode(),
    };

    public static bool Of(object? x, object? y, Meter? meter)
    {
        if (ReferenceEquals(x, y)) return true;
        if (Types.AsText(x) is { } text) return text == Types.AsText(y);
        if (Types.IsNumber(x) && Types.IsNumber(y)) return SameNumber(x!, y!);
        return (x, y) switch
        {
            (ListValue a, ListValue b) => SameList(a, b, meter),
            (DictValue a, DictValue b) => SameDict(a, b, meter),
            (Undefined, Undefined) => true,
            _ => false,
        };
    }

    private static bool SameNumber(object x, object y) => (x, y) switch
    {
        (long a, long b) => a == b,
        (double a, double b) => a == b,
        (double a, _) => Numbers.Compare(a, Numbers.Big(y)) == 0,
        (_, double b) => Numbers.Compare(b, Numbers.Big(x)) == 0,
        _ => Numbers.Big(x) == Numbers.Big(y),
    };

    private static bool SameList(ListValue x, ListValue y, Meter? meter)
    {
        Meter.Guard();
        meter?.Step(x.Items.Count);
        if (x.TypeName != y.TypeName || x.Items.Count != y.Items.Count) return false;
        for (var i = 0; i < x.Items.Count; i++)
        {
            if (!Of(x.Items[i], y.Items[i], meter)) return false;
        }

        return true;
    }

    private static bool SameDict(DictValue x, DictValue y, Meter? meter)
    {
        Meter.Guard();
        meter?.Step(x.Count);
        return x.Count == y.Count && x.All(pair => y.TryGet(pair.Key, out var other) && Of(pair.Value, other, meter));
    }
}
