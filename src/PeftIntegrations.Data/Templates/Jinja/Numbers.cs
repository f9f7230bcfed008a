using System.Globalization;
using System.Numerics;

namespace PeftIntegrations.Data;

/// <summary>Python's numbers: whole ones of any size up to a limit, and doubles.</summary>
internal static class Numbers
{
    public const int MostDigits = 1000;
    private const int MostBits = 3322;
    private const int MostOfRange = 100_000;

    private static readonly object[] Small = [.. Enumerable.Range(-1, 257).Select(number => (object)(long)number)];

    public static object Whole(long value) => value is >= -1 and < 256 ? Small[value + 1] : value;

    public static object Whole(BigInteger value)
    {
        if (value.GetBitLength() < 64) return Whole((long)value);
        return value.GetBitLength() <= MostBits ? value : throw new ChatTemplateException(Fault.Limit,
            $"a number has more than {MostDigits} digits. Make it smaller.");
    }

    public static BigInteger Big(object value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long number => number,
        _ => (BigInteger)value,
    };

    public static double Real(object value) => value switch
    {
        double number => number,
        bool flag => flag ? 1 : 0,
        long number => number,
        _ => (double)(BigInteger)value,
    };

    public static int? Compare(object x, object y) => (x, y) switch
    {
        (double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? null : a.CompareTo(b),
        (double a, _) => Compare(a, Big(y)),
        (_, double b) => -Compare(b, Big(x)),
        _ => Big(x).CompareTo(Big(y)),
    };

    public static int? Compare(double x, BigInteger y) => double.IsNaN(x) ? null
        : double.IsInfinity(x) ? Math.Sign(x)
        : new BigInteger(Math.Truncate(x)) is var whole && whole != y ? whole.CompareTo(y)
        : (x - Math.Truncate(x)).CompareTo(0);

    /// <summary>A whole number that a text or a list is asked for.</summary>
    public static int Index(object? value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long number => (int)Math.Clamp(number, int.MinValue, int.MaxValue),
        BigInteger number => number.Sign < 0 ? int.MinValue : int.MaxValue,
        Undefined undefined => throw undefined.Error(),
        _ => throw Fault.Type($"'{Types.NameOf(value)}' object cannot be interpreted as an integer"),
    };

    public static IReadOnlyList<object?> Range(long start, long stop, long step)
    {
        if (step == 0) throw Fault.Value("range() arg 3 must not be zero");
        var count = step > 0 ? ((Int128)stop - start + step - 1) / step : ((Int128)start - stop - step - 1) / -step;
        if (count > MostOfRange)
        {
            throw Fault.Overflow($"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({MostOfRange}).");
        }

        var numbers = new object?[Math.Max(0, (int)count)];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = Whole(start + (i * step));
        return numbers;
    }

    /// <summary>Python's shortest text of a double.</summary>
    public static string Text(double value)
    {
        if (double.IsNaN(value)) return "nan";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";

        var parts = value.ToString("R", CultureInfo.InvariantCulture).Split('E');
        var sign = parts[0][0] == '-' ? "-" : "";
        var number = parts[0].TrimStart('-').Split('.');
        var all = string.Concat(number).TrimStart('0');
        if (all.Length == 0) return sign + "0.0";

        var exponent = (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0)
            + all.Length - 1 - (number.Length > 1 ? number[1].Length : 0);
        var digits = all.TrimEnd('0');
        if (exponent is < -4 or >= 16)
        {
            var rest = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{rest}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        digits = digits.PadRight(exponent + 2, '0');
        return $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }
}
