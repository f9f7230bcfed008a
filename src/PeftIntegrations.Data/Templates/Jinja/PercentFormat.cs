using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace PeftIntegrations.Data;

/// <summary>Python's <c>'%s of %d' % (a, b)</c>.</summary>
internal static partial class PercentFormat
{
    [GeneratedRegex(
        @"%(?:\((?<name>[^)]*)\))?(?<flags>[-+ #0]*)(?<width>\*|[0-9]+)?(?:\.(?<precision>\*|[0-9]+))?[hlL]?(?<kind>.)?",
        RegexOptions.Singleline)]
    private static partial Regex Field { get; }

    public static string Apply(string format, object? values, Meter meter)
    {
        var tuple = (values as TupleValue)?.Items ?? [values];
        var (next, result, at) = (0, new StringBuilder(), 0);
        foreach (Match field in Field.Matches(format))
        {
            result.Append(format, at, field.Index - at);
            at = field.Index + field.Length;
            var piece = field.Groups["kind"].Value is "%" ? "%" : One(field, Value(field), meter, Size);
            meter.Grow(result.Length, piece.Length);
            result.Append(piece);
        }

        var isUsed = next >= tuple.Count || values is DictValue || (next == 0 && values is ListValue and not TupleValue);
        return isUsed ? result.Append(format, at, format.Length - at).ToString()
            : throw Fault.Type("not all arguments converted during string formatting");

        object? Value(Match field) => !field.Groups["name"].Success ? Next()
            : values is DictValue dict ? dict.TryGet(field.Groups["name"].Value, out var named) ? named
                : throw new ChatTemplateException("KeyError", Text.Quoted(field.Groups["name"].Value))
            : throw Fault.Type("format requires a mapping");

        object? Next() => next < tuple.Count ? tuple[next++] : throw Fault.Type("not enough arguments for format string");

        int? Size(string given) => given.Length == 0 ? null : given == "*" ? Numbers.Index(Next())
            : int.TryParse(given, out var size) ? size : throw Fault.Value("width too big");
    }

    private static string One(Match field, object? value, Meter meter, Func<string, int?> size)
    {
        var (flags, kind) = (field.Groups["flags"].Value, field.Groups["kind"].Value);
        var width = size(field.Groups["width"].Value) ?? 0;
        var precision = size(field.Groups["precision"].Value);
        meter.Text(Math.Max(Math.Abs((long)width), precision ?? 0));
        if (precision > NumberFormat.MostDigits) throw Fault.Value("precision too big");
        var text = kind switch
        {
            "s" => Cut(Text.Of(value, meter), precision),
            "r" or "a" => Cut(Text.Repr(value, meter), precision),
            "c" => value is string { Length: 1 } sign ? sign : char.ConvertFromUtf32(Math.Clamp(Numbers.Index(value), 0, 0xd7ff)),
            "d" or "i" or "u" => NumberFormat.Signed(Whole(value, kind), flags, size => size.ToString(CultureInfo.InvariantCulture)),
            "x" => NumberFormat.Signed(Whole(value, kind), flags, number => NumberFormat.InBase(number, 16)),
            "X" => NumberFormat.Signed(Whole(value, kind), flags, number => NumberFormat.InBase(number, 16).ToUpperInvariant()),
            "o" => NumberFormat.Signed(Whole(value, kind), flags, number => NumberFormat.InBase(number, 8)),
            "f" or "F" or "e" or "E" or "g" or "G" => NumberFormat.Signed(Real(value), flags, kind[0], precision ?? 6),
            "" => throw Fault.Value("incomplete format"),
            _ => throw Fault.Value($"unsupported format character '{kind}' (0x{(int)kind[0]:x}) at index {field.Index + field.Length - 1}"),
        };
        if (flags.Contains('-', StringComparison.Ordinal) || width < 0) return text.PadRight(Math.Abs(width));
        if (!flags.Contains('0', StringComparison.Ordinal) || kind is "s" or "r" or "c") return text.PadLeft(width);
        var signs = text.Length > 0 && text[0] is '-' or '+' or ' ' ? 1 : 0;
        return text[..signs] + text[signs..].PadLeft(Math.Max(0, width - signs), '0');
    }

    private static string Cut(string text, int? most) => most < text.Length ? text[..most.Value] : text;

    private static BigInteger Whole(object? value, string kind) => value switch
    {
        double number when double.IsFinite(number) && kind is "d" or "i" or "u" => new((double)value),
        _ when Types.IsWhole(value) => Numbers.Big(value!),
        Undefined undefined => throw undefined.Error(),
        _ => throw Fault.Type($"%{kind} format: a real number is required, not {Types.NameOf(value)}"),
    };

    private static double Real(object? value) => Types.IsNumber(value) ? Numbers.Real(value!)
        : value is Undefined undefined ? throw undefined.Error()
        : throw Fault.Type($"must be real number, not {Types.NameOf(value)}");
}
