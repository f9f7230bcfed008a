using System.Numerics;

namespace PeftIntegrations.Data;

/// <summary>Python's operators.</summary>
internal static class Arithmetic
{
    private const int MostOfPower = 10_000;

    public static object? Apply(string sign, object? x, object? y, Meter meter)
    {
        if (sign == "+" && x is string left && y is string right)
        {
            meter.Text((long)left.Length + right.Length);
            return left + right;
        }

        if (x is Undefined undefined) throw undefined.Error();
        if (sign == "%" && Types.AsText(x) is { } format) return PercentFormat.Apply(format, y, meter);
        if (y is Undefined other) throw other.Error();
        if (Types.IsNumber(x) && Types.IsNumber(y)) return OfNumbers(sign, x!, y!);
        return sign switch
        {
            "+" => Add(x, y, meter),
            "*" when Types.IsWhole(x) && IsRepeated(y) => Repeat(y!, Numbers.Index(x), meter),
            "*" when Types.IsWhole(y) && IsRepeated(x) => Repeat(x!, Numbers.Index(y), meter),
            "*" when IsRepeated(x) => throw Fault.Type($"can't multiply sequence by non-int of type '{Types.NameOf(y)}'"),
            "*" when IsRepeated(y) => throw Fault.Type($"can't multiply sequence by non-int of type '{Types.NameOf(x)}'"),
            _ => throw Unsupported(sign == "**" ? "** or pow()" : sign, x, y),
        };
    }

    public static object? Negate(object? value) => value switch
    {
        long number and > long.MinValue => Numbers.Whole(-number),
        double number => -number,
        bool or long or BigInteger => Numbers.Whole(-Numbers.Big(value)),
        Undefined undefined => throw undefined.Error(),
        _ => throw Fault.Type($"bad operand type for unary -: '{Types.NameOf(value)}'"),
    };

    public static object? Plus(object? value) => value switch
    {
        bool => Numbers.Whole(Numbers.Big(value)),
        Undefined undefined => throw undefined.Error(),
        _ => Types.IsNumber(value) ? value : throw Fault.Type($"bad operand type for unary +: '{Types.NameOf(value)}'"),
    };

    private static object Add(object? x, object? y, Meter meter)
    {
        if (x is Markup || (y is Markup && x is string))
        {
            if (Types.AsText(y) is null) throw Unsupported("+", x, y);
            var (left, right) = (Markup.Escape(x), Markup.Escape(y));
            meter.Text((long)left.Length + right.Length);
            return new Markup(left + right);
        }

        if (x is string) throw Fault.Type($"can only concatenate str (not \"{Types.NameOf(y)}\") to str");
        if (x is not (ListValue and not RangeValue)) throw Unsupported("+", x, y);
        var first = (ListValue)x;
        if (y is not ListValue second || second.TypeName != first.TypeName)
        {
            throw Fault.Type($"can only concatenate {first.TypeName} (not \"{Types.NameOf(y)}\") to {first.TypeName}");
        }

        meter.Step(first.Items.Count + second.Items.Count);
        return first.With([.. first.Items, .. second.Items]);
    }

    private static bool IsRepeated(object? value) => value is string or Markup or ListValue and not RangeValue;

    private static object Repeat(object value, int times, Meter meter)
    {
        times = Math.Max(0, times);
        if (value is ListValue list)
        {
            meter.Step((long)list.Items.Count * times);
            return list.With([.. Enumerable.Repeat(list.Items, times).SelectMany(items => items)]);
        }

        var text = Types.AsText(value)!;
        meter.Text((long)text.Length * times);
        var repeated = text.Length == 0 ? "" : new System.Text.StringBuilder(text.Length * times).Insert(0, text, times).ToString();
        return value is Markup ? new Markup(repeated) : repeated;
    }

    private static object OfNumbers(string sign, object x, object y)
    {
        if (x is double || y is double || sign == "/") return OfReals(sign, x, y);
        if (x is long a && y is long b && Fast(sign, a, b) is { } result) return result;

        var (p, q) = (Numbers.Big(x), Numbers.Big(y));
        return sign switch
        {
            "+" => Numbers.Whole(p + q),
            "-" => Numbers.Whole(p - q),
            "*" => Numbers.Whole(p * q),
            "**" => Power(p, q),
            _ when q.IsZero => throw new ChatTemplateException("ZeroDivisionError", "integer division or modulo by zero"),
            "//" => Numbers.Whole(FloorDivide(p, q)),
            _ => Numbers.Whole(p - (FloorDivide(p, q) * q)),
        };
    }

    private static object? Fast(string sign, long x, long y)
    {
        const long Safe = 1L << 30;
        return Math.Abs((double)x) >= Safe || Math.Abs((double)y) >= Safe ? null : sign switch
        {
            "+" => Numbers.Whole(x + y),
            "-" => Numbers.Whole(x - y),
            "*" => Numbers.Whole(x * y),
            _ => null,
        };
    }

    private static BigInteger FloorDivide(BigInteger x, BigInteger y)
    {
        var quotient = BigInteger.DivRem(x, y, out var rest);
        return !rest.IsZero && rest.Sign != y.Sign ? quotient - 1 : quotient;
    }

    private static object Power(BigInteger x, BigInteger y)
    {
        if (y.Sign < 0)
        {
            return x.IsZero ? throw new ChatTemplateException("ZeroDivisionError", "0.0 cannot be raised to a negative power")
            : Math.Pow((double)x, (double)y);
        }

        var isSmall = BigInteger.Abs(x) <= 1 || (y <= MostOfPower && y * x.GetBitLength() <= MostOfPower);
        return isSmall ? Numbers.Whole(BigInteger.Pow(x, (int)(y % (BigInteger.Abs(x) <= 1 ? 1000 : int.MaxValue))))
            : throw new ChatTemplateException(Fault.Limit, $"a power has more than {Numbers.MostDigits} digits. Make it smaller.");
    }

    private static double OfReals(string sign, object x, object y)
    {
        var (a, b) = (Numbers.Real(x), Numbers.Real(y));
        if (b == 0 && sign is "/" or "//" or "%" && b == 0)
        {
            var isWhole = x is not double && y is not double;
            throw new ChatTemplateException("ZeroDivisionError", sign switch
            {
                "/" => isWhole ? "division by zero" : "float division by zero",
                "%" => "float modulo",
                _ => "float floor division by zero",
            });
        }

        return sign switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / b,
            "//" => Math.Floor(a / b),
            "%" => a - (Math.Floor(a / b) * b),
            _ => Math.Pow(a, b),
        };
    }

    private static ChatTemplateException Unsupported(string sign, object? x, object? y) =>
        Fault.Type($"unsupported operand type(s) for {sign}: '{Types.NameOf(x)}' and '{Types.NameOf(y)}'");
}
