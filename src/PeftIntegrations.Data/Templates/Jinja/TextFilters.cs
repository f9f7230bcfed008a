using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace PeftIntegrations.Data;

/// <summary>The filters that make texts and numbers.</summary>
internal static partial class TextFilters
{
    public static readonly FrozenDictionary<string, Method> Known = new Dictionary<string, Method>
    {
        ["upper"] = Made((text, _) => Casing.Upper(text)),
        ["lower"] = Made((text, _) => text.ToLowerInvariant()),
        ["capitalize"] = Made((text, _) => Casing.Capitalize(text)),
        ["title"] = Made((text, _) => string.Concat(WordBegin.Split(text).Select(Casing.Capitalize))),
        ["trim"] = Made((text, a) => TextMethods.Strip(text, a, start: true, end: true)),
        ["string"] = (value, rendering, _) => value is Markup ? value : Text.Of(value, rendering.Meter),
        ["safe"] = (value, rendering, _) => value is Markup ? value : new Markup(Text.Of(value, rendering.Meter)),
        ["e"] = (value, rendering, _) => Escaped(value, rendering.Meter),
        ["escape"] = (value, rendering, _) => Escaped(value, rendering.Meter),
        ["forceescape"] = (value, rendering, _) => Escaped(Text.Of(value, rendering.Meter), rendering.Meter),
        ["striptags"] = Made((text, _) =>
            string.Join(' ', Tag.Replace(text, "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))),
        ["replace"] = (value, rendering, a) => TextMethods.Replace(
            Text.Of(value, rendering.Meter), (Text.Of(a.Needed(0, "old")), Text.Of(a.Needed(1, "new"))),
            a.Get(2, "count") is null ? -1 : a.Number(2, "count", -1), rendering.Meter),
        ["center"] = (value, rendering, a) => TextMethods.Pad(
            Text.Of(value, rendering.Meter), new("center", [a.Get(0, "width", 80L)]), rendering.Meter,
            missing => (missing / 2) + (missing & a.Number(0, "width", 80) & 1)),
        ["indent"] = (value, rendering, a) => Indent(value, a, rendering.Meter),
        ["truncate"] = (value, rendering, a) => Truncate(Text.Of(value, rendering.Meter), a),
        ["wordcount"] = (value, rendering, _) => Numbers.Whole(Word.Count(Text.Of(value, rendering.Meter))),
        ["format"] = (value, rendering, a) => PercentFormat.Apply(
            Text.Of(value, rendering.Meter), a.Named.Length > 0 ? DictType.Make(new("format", [], a.Named), rendering.Meter)
                : new TupleValue(a.Placed), rendering.Meter),
        ["urlencode"] = (value, rendering, _) => UrlEncode(value, rendering.Meter),
        ["tojson"] = (value, rendering, a) => JsonText.Of(value, a, rendering.Meter),
        ["pprint"] = (value, rendering, _) => Text.Repr(value, rendering.Meter),
        ["int"] = (value, _, a) => Whole(value, a.Get(0, "default", 0L), a.Number(1, "base", 10)),
        ["float"] = (value, _, a) => Real(value) ?? a.Get(0, "default", 0.0),
        ["abs"] = (value, rendering, _) => Types.IsNumber(value)
            ? Numbers.Compare(value!, 0L) < 0 ? Arithmetic.Negate(value) : Arithmetic.Plus(value)
            : value is Undefined undefined ? throw undefined.Error()
            : throw Fault.Type($"bad operand type for abs(): '{Types.NameOf(value)}'"),
        ["round"] = (value, _, a) => Round(value, a.Number(0, "precision", 0), a.Text(1, "method", "common")),
        ["filesizeformat"] = (value, _, a) => FileSize(Real(value) ?? 0, a.Flag(0, "binary")),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    [GeneratedRegex(@"([-\s({\[<]+)")]
    private static partial Regex WordBegin { get; }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word { get; }

    [GeneratedRegex("<!--.*?-->|<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tag { get; }

    private static Method Made(Func<string, Arguments, string> make) => (value, rendering, a) =>
    {
        var text = Text.Of(value, rendering.Meter);
        rendering.Meter.Step(1 + (text.Length / 16));
        return value is Markup ? new Markup(make(text, a)) : make(text, a);
    };

    private static Markup Escaped(object? value, Meter meter)
    {
        meter.Text(6L * (Types.AsText(value)?.Length ?? 0));
        return new(Markup.Escape(value));
    }

    private static string Indent(object? value, Arguments a, Meter meter)
    {
        var width = a.Get(0, "width", 4L);
        var count = Types.AsText(width) is null ? Math.Max(0, Numbers.Index(width)) : 0;
        meter.Text(count);
        var indent = Types.AsText(width) ?? new string(' ', count);
        var given = Types.AsText(value) ?? (value is Undefined undefined ? throw undefined.Error()
            : throw Fault.Type($"unsupported operand type(s) for +=: '{Types.NameOf(value)}' and 'str'"));
        string[] lines = [.. Splitting.Lines(given + "\n", keepEnds: false, meter)];
        meter.Text(given.Length + ((long)lines.Length * indent.Length));
        var (first, blank) = (a.Flag(1, "first"), a.Flag(2, "blank"));
        return string.Join('\n', lines.Select((line, i) => i == 0 ? first ? indent + line : line
            : line.Length > 0 || blank ? indent + line : line));
    }

    private static string Truncate(string text, Arguments a)
    {
        var (length, end) = (a.Number(0, "length", 255), a.Text(2, "end", "..."));
        var leeway = a.Get(3, "leeway") is null ? 5 : a.Number(3, "leeway", 5);
        if (length < end.Length) throw new ChatTemplateException("AssertionError", $"expected length >= {end.Length}, got {length}");
        string[] points = [.. Points.Each(text)];
        if (points.Length <= (long)length + leeway) return text;

        var kept = string.Concat(points.Take(length - end.Length));
        return a.Flag(1, "killwords") || !kept.Contains(' ', StringComparison.Ordinal) ? kept + end
            : kept[..kept.LastIndexOf(' ')] + end;
    }

    private static string UrlEncode(object? value, Meter meter)
    {
        string Quote(object? part, bool keepsSlash)
        {
            var text = Text.Of(part, meter);
            meter.Text(text.Length * 3L);
            var quoted = Uri.EscapeDataString(text);
            return keepsSlash ? quoted.Replace("%2F", "/", StringComparison.Ordinal) : quoted.Replace("%20", "+", StringComparison.Ordinal);
        }

        return value is ListValue or DictValue or ViewValue or LazyValue
            ? string.Join('&', Items.List((value as DictValue)?.Pairs() is { } pairs ? new ListValue([.. pairs]) : value, meter)
                .Select(pair => Items.List(pair, meter) is [var key, var part] ? $"{Quote(key, false)}={Quote(part, false)}"
                    : throw Fault.Value("urlencode needs pairs")))
            : Quote(value, keepsSlash: true);
    }

    private static object? Whole(object? value, object? otherwise, int radix)
    {
        switch (value)
        {
            case double number: return double.IsFinite(number) ? Numbers.Whole(new BigInteger(number)) : otherwise;
            case Undefined: return otherwise;
            case bool or long or BigInteger: return Numbers.Whole(Numbers.Big(value));
        }

        var text = (Types.AsText(value) ?? "").Trim().Replace("_", "", StringComparison.Ordinal);
        if (radix == 16 && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) text = text[2..];
        if (text.Length > Numbers.MostDigits) return otherwise;
        var style = radix == 16 ? NumberStyles.AllowHexSpecifier : NumberStyles.AllowLeadingSign;
        var digits = radix == 16 ? "0" + text : text; // a first digit above 7 would be a sign
        if (BigInteger.TryParse(digits, style, CultureInfo.InvariantCulture, out var whole)) return Numbers.Whole(whole);
        return radix == 16 ? otherwise
            : Real(text) is { } real && double.IsFinite(real) ? Numbers.Whole(new BigInteger(real)) : otherwise;
    }

    private static double? Real(object? value) => Types.IsNumber(value) ? Numbers.Real(value!)
        : Types.AsText(value) is { } text && double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    private static object Round(object? value, int precision, string method)
    {
        if (value is Undefined undefined) throw undefined.Error();
        if (!Types.IsNumber(value)) throw Fault.Type($"type {Types.NameOf(value)} doesn't define __round__ method");
        precision = Math.Clamp(precision, -300, 300);
        if (method is not ("common" or "ceil" or "floor")) throw Fault.Argument("method must be common, ceil or floor");
        if (method == "common" && Types.IsWhole(value) && precision >= 0) return Numbers.Whole(Numbers.Big(value!));
        var (number, scale) = (Numbers.Real(value!), Math.Pow(10, precision));
        return method switch
        {
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            _ when !double.IsFinite(number) => number,
            _ when precision < 0 => Math.Round(number * scale) / scale,
            _ => double.Parse(NumberFormat.Halved(number, precision), CultureInfo.InvariantCulture),
        };
    }

    private static string FileSize(double bytes, bool isBinary)
    {
        var unit = isBinary ? 1024.0 : 1000.0;
        if (bytes == 1) return "1 Byte";
        if (bytes < unit) return $"{(long)bytes} Bytes";
        var names = "kMGTPEZY";
        var size = bytes / unit;
        var at = 0;
        for (; size >= unit && at < names.Length - 1; at++) size /= unit;
        var name = isBinary ? $"{char.ToUpperInvariant(names[at])}iB" : $"{names[at]}B";
        return $"{NumberFormat.Halved(size, 1)} {name}";
    }
}
