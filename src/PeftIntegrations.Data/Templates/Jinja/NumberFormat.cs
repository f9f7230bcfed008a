using System.Globalization;
using System.Numerics;

namespace PeftIntegrations.Data;

/// <summary>Numbers as Python's formats write them.</summary>
internal static class NumberFormat
{
    public const int MostDigits = 500;

    public static string Signed(BigInteger value, string flags, Func<BigInteger, string> digits) =>
        Sign(value.Sign < 0, flags) + digits(BigInteger.Abs(value));

    public static string Signed(double value, string flags, char kind, int precision)
    {
        var isNegative = value < 0 || (value == 0 && double.IsNegative(value));
        var text = double.IsNaN(value) ? "nan" : double.IsInfinity(value) ? "inf"
            : Digits(Math.Abs(value), char.ToLowerInvariant(kind), precision);
        return Sign(isNegative, flags) + (char.IsUpper(kind) ? text.ToUpperInvariant() : text);
    }

    public static string InBase(BigInteger value, int radix)
    {
        if (value.IsZero) return "0";
        var digits = new List<char>();
        for (; !value.IsZero; value /= radix) digits.Add("0123456789abcdef"[(int)(value % radix)]);
        digits.Reverse();
        return new([.. digits]);
    }

    private static string Digits(double value, char kind, int precision) => kind switch
    {
        'f' => Halved(value, precision),
        'e' => Exponential(value, precision),
        '%' => Halved(value * 100, precision) + "%",
        _ => General(value, Math.Max(1, precision)),
    };

    private static string General(double value, int precision)
    {
        var exponent = value == 0 ? 0 : int.Parse(Exponential(value, precision - 1).Split('e')[1], CultureInfo.InvariantCulture);
        var isPlain = exponent >= -4 && exponent < precision;
        if (isPlain) return Bare(value.ToString($"F{precision - 1 - exponent}", CultureInfo.InvariantCulture));
        var parts = Exponential(value, precision - 1).Split('e');
        return $"{Bare(parts[0])}e{parts[1]}";
    }

    private static string Bare(string text) => text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;

    private static string Exponential(double value, int precision)
    {
        var text = value.ToString($"e{precision}", CultureInfo.InvariantCulture);
        var at = text.IndexOf('e', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(at + 1), CultureInfo.InvariantCulture);
        return $"{text[..at]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    /// <summary>A half goes to the even digit, as the number is and not as it is written.</summary>
    public static string Halved(double value, int precision)
    {
        var text = value.ToString($"F{precision}", CultureInfo.InvariantCulture);
        var exact = value.ToString($"F{precision + 60}", CultureInfo.InvariantCulture);
        var rest = exact.AsSpan(exact.Length - 60);
        if (rest[0] != '5' || rest[1..].ContainsAnyExcept('0')) return text;
        var down = exact[..^60].TrimEnd('.');
        return (down[^1] - '0') % 2 == 0 ? down : text;
    }

    private static string Sign(bool isNegative, string flags) => isNegative ? "-"
        : flags.Contains('+', StringComparison.Ordinal) ? "+"
        : flags.Contains(' ', StringComparison.Ordinal) ? " " : "";
}
