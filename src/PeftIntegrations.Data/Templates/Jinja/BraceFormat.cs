using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PeftIntegrations.Data;

/// <summary>Python's <c>'{} {name:>8}'.format(…)</c>.</summary>
internal sealed partial class BraceFormat(Arguments arguments, Rendering rendering)
{
    private const int MostNesting = 2;
    private int _next;

    [GeneratedRegex(
        @"^(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>\#)?(?<zero>0)?(?<width>[0-9]+)?(?<comma>[,_])?"
        + @"(?:\.(?<precision>[0-9]+))?(?<kind>[a-zA-Z%])?$", RegexOptions.Singleline)]
    private static partial Regex Specification { get; }

    [GeneratedRegex(@"\.(?<name>[^.\[]+)|\[(?<key>[^\]]+)\]")]
    private static partial Regex Step { get; }

    public static string Apply(string format, Arguments a, Rendering rendering) => new BraceFormat(a, rendering).Expand(format, 0);

    private string Expand(string text, int depth)
    {
        if (depth > MostNesting) throw Fault.Value("Max string recursion exceeded");
        var result = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            var isDoubled = c is '{' or '}' && at + 1 < text.Length && text[at + 1] == c;
            if (c == '}' && !isDoubled) throw Fault.Value("Single '}' encountered in format string");
            var end = c == '{' && !isDoubled ? EndOf(text, at) : isDoubled ? at + 1 : at;
            var piece = c == '{' && !isDoubled ? One(text[(at + 1)..end], depth) : $"{c}";
            rendering.Meter.Grow(result.Length, piece.Length);
            result.Append(piece);
            at = end;
        }

        return result.ToString();
    }

    private string One(string field, int depth)
    {
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? field : field[..colon];
        var conversion = name.Length > 1 && name[^2] == '!' ? name[^1] : ' ';
        var value = Find(conversion == ' ' ? name : name[..^2]);
        if (conversion != ' ') value = conversion == 's' ? Text.Of(value, rendering.Meter) : Text.Repr(value, rendering.Meter);
        return Written(value, colon < 0 ? "" : Expand(field[(colon + 1)..], depth + 1), rendering.Meter);
    }

    private object? Find(string path)
    {
        var end = path.IndexOfAny(['.', '[']);
        var first = end < 0 ? path : path[..end];
        var isPlaced = int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var place);
        var value = isPlaced || first.Length == 0 ? Placed(isPlaced ? place : _next++)
            : arguments.Named.FirstOrDefault(pair => pair.Name == first) is { Name: not null } named ? named.Value
            : throw new ChatTemplateException("KeyError", Text.Quoted(first));
        foreach (Match step in Step.Matches(end < 0 ? "" : path[end..]))
        {
            var key = step.Groups["key"].Value;
            value = step.Groups["name"].Success
                ? Attributes.Of(value, step.Groups["name"].Value, rendering)
                : Items.Get(value, long.TryParse(key, out var index) ? index : key, rendering);
        }

        return value;
    }

    private object? Placed(int index) => index < arguments.Placed.Length ? arguments.Placed[index]
        : throw new ChatTemplateException("IndexError", $"Replacement index {index} out of range for positional args tuple");

    private static int EndOf(string text, int at)
    {
        var depth = 0;
        for (; at < text.Length; at++)
        {
            if (text[at] == '{') depth++;
            if (text[at] == '}' && --depth == 0) return at;
        }

        throw Fault.Value("expected '}' before end of string");
    }

    private static string Written(object? value, string specification, Meter meter)
    {
        if (specification.Length == 0) return Text.Of(value, meter);
        var parts = Specification.Match(specification).Groups;
        if (!parts[0].Success) throw Fault.Value("Invalid format specifier");
        var width = Size(parts["width"].Value) ?? 0;
        meter.Text(width);
        var isNumber = Types.IsNumber(value) && value is not bool;
        var text = isNumber ? OfNumber(value!, parts) : Text.Of(value, meter);
        if (!isNumber && Size(parts["precision"].Value) is { } most && most < text.Length) text = text[..most];
        var isZero = parts["zero"].Success && !parts["align"].Success;
        var fill = isZero ? '0' : parts["fill"].Success ? parts["fill"].Value[0] : ' ';
        var align = isZero ? "=" : parts["align"].Success ? parts["align"].Value : isNumber ? ">" : "<";
        var missing = Math.Max(0, width - Points.Count(text));
        var signs = align == "=" && text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        return align switch
        {
            "<" => text + new string(fill, missing),
            "^" => new string(fill, missing / 2) + text + new string(fill, missing - (missing / 2)),
            "=" => text[..signs] + new string(fill, missing) + text[signs..],
            _ => new string(fill, missing) + text,
        };
    }

    private static string OfNumber(object value, GroupCollection parts)
    {
        var (kind, sign) = (parts["kind"].Value, parts["sign"].Value);
        var precision = Size(parts["precision"].Value);
        if (precision > NumberFormat.MostDigits) throw Fault.Value("precision too big");
        if (kind is "x" or "X" or "o" or "b" && value is not double)
        {
            var radix = kind switch { "o" => 8, "b" => 2, _ => 16 };
            var text = NumberFormat.Signed(Numbers.Big(value), sign, number => NumberFormat.InBase(number, radix));
            return kind == "X" ? text.ToUpperInvariant() : text;
        }

        var digits = kind is "" or "d" && value is not double
            ? NumberFormat.Signed(Numbers.Big(value), sign, number => number.ToString(CultureInfo.InvariantCulture))
            : kind.Length == 0 && precision is null ? Numbers.Text(Numbers.Real(value))
            : kind is "" or "e" or "E" or "f" or "F" or "g" or "G" or "%"
                ? NumberFormat.Signed(Numbers.Real(value), sign, kind is "" ? 'g' : kind[0], precision ?? 6)
            : throw Fault.Value($"Unknown format code '{kind}' for object of type '{Types.NameOf(value)}'");
        return parts["comma"].Success ? Grouped(digits, parts["comma"].Value) : digits;
    }

    private static string Grouped(string digits, string sign)
    {
        var (start, end) = (digits.Length > 0 && char.IsAsciiDigit(digits[0]) ? 0 : 1, digits.AsSpan().IndexOfAny('.', 'e'));
        var result = new StringBuilder(digits);
        for (var at = (end < 0 ? digits.Length : end) - 3; at > start; at -= 3) result.Insert(at, sign);
        return result.ToString();
    }

    private static int? Size(string digits) => digits.Length == 0 ? null
        : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size
        : throw Fault.Value("Too many decimal digits in format string");
}
