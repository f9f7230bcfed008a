using System.Globalization;
using System.Text;

namespace PeftIntegrations.Data;

/// <summary>Reads the backslashes of a string as Python does.</summary>
internal static class Escapes
{
    public static string Read(string text, int line)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;

        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\') result.Append(text[at]);
            else at = One(text, at + 1, result, line);
        }

        return result.ToString();
    }

    // Appends what stands behind a backslash, and says where it ends.
    private static int One(string text, int at, StringBuilder result, int line)
    {
        switch (text[at])
        {
            case '\n': return at;
            case 'x': return Hexadecimal(text, at, 2, result, line);
            case 'u': return Hexadecimal(text, at, 4, result, line);
            case 'U': return Hexadecimal(text, at, 8, result, line);
            case >= '0' and <= '7': return Octal(text, at, result);
            case var c:
                var index = "\\'\"abfnrtv".IndexOf(c, StringComparison.Ordinal);
                result.Append(index >= 0 ? $"{"\\'\"\a\b\f\n\r\t\v"[index]}" : $"\\{c}");
                return at;
        }
    }

    private static int Octal(string text, int at, StringBuilder result)
    {
        var (value, end) = (0, at);
        while (end < text.Length && end < at + 3 && text[end] is >= '0' and <= '7') value = value * 8 + (text[end++] - '0');
        result.Append((char)value);
        return end - 1;
    }

    private static int Hexadecimal(string text, int at, int length, StringBuilder result, int line)
    {
        var digits = text.AsSpan(at + 1, Math.Min(length, text.Length - at - 1));
        if (digits.Length < length || !int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            || value is < 0 or > 0x10FFFF)
        {
            throw Fault.Syntax($"truncated \\{text[at]} escape: \\{text[at]}{digits}", line);
        }

        if (value > char.MaxValue) result.Append(char.ConvertFromUtf32(value));
        else result.Append((char)value);
        return at + length;
    }
}
