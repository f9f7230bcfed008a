using System.Globalization;
using System.Text;

namespace PeftIntegrations.Data;

/// <summary>Python's <c>strftime</c>, in English.</summary>
internal static class Clocks
{
    public static string Write(DateTimeOffset time, string format)
    {
        var result = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%' || at + 1 == format.Length)
            {
                result.Append(format[at]);
                continue;
            }

            var isBare = format[at + 1] == '-' && at + 2 < format.Length;
            at += isBare ? 2 : 1;
            var text = One(time, format[at]);
            result.Append(isBare && text.TrimStart('0', ' ') is { Length: > 0 } bare ? bare : text);
        }

        return result.ToString();
    }

    private static string One(DateTimeOffset time, char code) => code switch
    {
        'd' => time.As("dd"),
        'e' => $"{time.Day,2}",
        'm' => time.As("MM"),
        'y' => time.As("yy"),
        'Y' => time.As("yyyy"),
        'C' => $"{time.Year / 100:00}",
        'H' => time.As("HH"),
        'I' => time.As("hh"),
        'M' => time.As("mm"),
        'S' => time.As("ss"),
        'f' => time.As("ffffff"),
        'p' => time.As("tt"),
        'a' => time.As("ddd"),
        'A' => time.As("dddd"),
        'b' or 'h' => time.As("MMM"),
        'B' => time.As("MMMM"),
        'j' => $"{time.DayOfYear:000}",
        'u' => $"{((int)time.DayOfWeek + 6) % 7 + 1}",
        'w' => $"{(int)time.DayOfWeek}",
        'U' => $"{(time.DayOfYear + 6 - (int)time.DayOfWeek) / 7:00}",
        'W' => $"{(time.DayOfYear + 6 - (((int)time.DayOfWeek + 6) % 7)) / 7:00}",
        'V' => $"{ISOWeek.GetWeekOfYear(time.DateTime):00}",
        'G' => $"{ISOWeek.GetYear(time.DateTime)}",
        's' => $"{time.ToUnixTimeSeconds()}",
        'c' => Write(time, "%a %b %e %H:%M:%S %Y"),
        'x' or 'D' => Write(time, "%m/%d/%y"),
        'X' or 'T' => Write(time, "%H:%M:%S"),
        'F' => Write(time, "%Y-%m-%d"),
        'R' => Write(time, "%H:%M"),
        'n' => "\n",
        't' => "\t",
        'z' or 'Z' => "", // Python's now() has no zone
        '%' => "%",
        _ => $"%{code}",
    };

    private static string As(this DateTimeOffset time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}
