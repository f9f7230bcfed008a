using System.Globalization;
using System.Numerics;
using System.Text;

namespace PeftIntegrations.Data;

/// <summary>Python's <c>json.dumps</c>.</summary>
internal sealed class JsonText
{
    private readonly StringBuilder _text = new();
    private readonly Meter _meter;
    private readonly bool _isAscii;
    private readonly bool _isSorted;
    private readonly string? _indent;
    private readonly string _item;
    private readonly string _key;

    private JsonText(Arguments a, Meter meter)
    {
        _meter = meter;
        _isAscii = a.Flag(0, "ensure_ascii");
        _indent = a.Get(1, "indent") switch
        {
            null => null,
            var indent when Types.AsText(indent) is { } text => text,
            var indent => Spaces(Numbers.Index(indent), meter),
        };
        (_item, _key) = (_indent is null ? ", " : ",", ": ");
        if (a.Get(2, "separators") is { } separators)
        {
            if (Items.List(separators, meter) is not [var item, var key]) throw Fault.Value("separators must be two texts");
            (_item, _key) = (Types.AsText(item) ?? ", ", Types.AsText(key) ?? ": ");
        }

        _isSorted = a.Flag(3, "sort_keys");
    }

    public static string Of(object? value, Arguments a, Meter meter)
    {
        var json = new JsonText(a, meter);
        json.Write(value, 1);
        return json._text.ToString();
    }

    private static string Spaces(int count, Meter meter)
    {
        meter.Text(Math.Max(0, count));
        return new string(' ', Math.Max(0, count));
    }

    private void Write(object? value, int depth)
    {
        Meter.Guard();
        _meter.Step();
        if (Types.AsText(value) is { } text)
        {
            Write(text);
            return;
        }

        switch (value)
        {
            case null: _text.Append("null"); break;
            case bool flag: _text.Append(flag ? "true" : "false"); break;
            case long or BigInteger: _text.Append(CultureInfo.InvariantCulture, $"{value}"); break;
            case double number: _text.Append(Number(number)); break;
            case ListValue and not RangeValue: Write(("[", "]"), ((ListValue)value).Items, depth, item => Write(item, depth + 1)); break;
            case DictValue dict: Write(("{", "}"), Sorted(dict), depth, pair => Write(pair, depth + 1)); break;
            default: throw Fault.Type($"Object of type {Types.NameOf(value)} is not JSON serializable");
        }
    }

    private void Write<T>((string Begin, string End) around, IReadOnlyCollection<T> items, int depth, Action<T> write)
    {
        _text.Append(around.Begin);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst) _text.Append(_item);
            isFirst = false;
            NewLine(depth);
            write(item);
        }

        if (items.Count > 0) NewLine(depth - 1);
        _text.Append(around.End);
    }

    private void NewLine(int depth)
    {
        if (_indent is null) return;

        _meter.Grow(_text.Length, 1 + ((long)_indent.Length * depth));
        _text.Append('\n');
        for (var i = 0; i < depth; i++) _text.Append(_indent);
    }

    private List<KeyValuePair<object?, object?>> Sorted(DictValue dict) =>
        _isSorted ? Ordering.Sort(dict, pair => pair.Key, reverse: false, _meter) : [.. dict];

    private void Write(KeyValuePair<object?, object?> pair, int depth)
    {
        Write(pair.Key switch
        {
            null => "null",
            bool flag => flag ? "true" : "false",
            double number => Number(number),
            var key when Types.AsText(key) is { } text => text,
            var key when Types.IsWhole(key) => Text.Of(key),
            var key => throw Fault.Type($"keys must be str, int, float, bool or None, not {Types.NameOf(key)}"),
        });
        _text.Append(_key);
        Write(pair.Value, depth);
    }

    private static string Number(double value) =>
        double.IsFinite(value) ? Numbers.Text(value) : double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    private void Write(string text)
    {
        _meter.Grow(_text.Length, text.Length);
        _text.Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"': _text.Append("\\\""); break;
                case '\\': _text.Append(@"\\"); break;
                case '\n': _text.Append("\\n"); break;
                case '\r': _text.Append("\\r"); break;
                case '\t': _text.Append("\\t"); break;
                case '\f': _text.Append("\\f"); break;
                case '\b': _text.Append("\\b"); break;
                case < ' ': _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                case > '~' when _isAscii: _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                default: _text.Append(c); break;
            }
        }

        _text.Append('"');
    }
}
