namespace PeftIntegrations.Data;

// A value is null (None), bool, long, BigInteger, double, string, or one of these.

/// <summary>A Python list, or a tuple or range, which differ in their names and texts alone.</summary>
internal class ListValue(IReadOnlyList<object?> items)
{
    public IReadOnlyList<object?> Items { get; } = items;

    public virtual string TypeName => "list";

    public virtual ListValue With(IReadOnlyList<object?> items) => new(items);
}

internal sealed class TupleValue(IReadOnlyList<object?> items) : ListValue(items)
{
    public override string TypeName => "tuple";

    public override ListValue With(IReadOnlyList<object?> items) => new TupleValue(items);
}

internal sealed class RangeValue(long start, long stop, long step) : ListValue(Numbers.Range(start, stop, step))
{
    public override string TypeName => "range";

    public override string ToString() => step == 1 ? $"range({start}, {stop})" : $"range({start}, {stop}, {step})";
}
