using System.Globalization;
using System.Numerics;
using System.Text;

namespace PeftIntegrations.Data;

/// <summary>Python's <c>str</c> and <c>repr</c>.</summary>
internal static class Text
{
    public static string Of(object? value, Meter? meter = null) => value switch
    {
        string text => text,
        Undefined => "",
        Markup safe => safe.Content,
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => Repr(value, meter),
    };

    public static string Repr(object? value, Meter? meter = null)
    {
        var text = new StringBuilder();
        Write(text, value, meter);
        return text.ToString();
    }

    /// <summary>A text as Python quotes it.</summary>
    public static string Quoted(string text)
    {
        var result = new StringBuilder(text.Length + 2);
        Quote(result, text);
        return result.ToString();
    }

    private static void Write(StringBuilder text, object? value, Meter? meter)
    {
        meter?.Step();
        switch (value)
        {
            case null: text.Append("None"); break;
            case bool flag: text.Append(flag ? "True" : "False"); break;
            case double number: text.Append(Numbers.Text(number)); break;
            case long or BigInteger: text.Append(CultureInfo.InvariantCulture, $"{value}"); break;
            case string plain:
                meter?.Grow(text.Length, plain.Length);
                Quote(text, plain);
                break;
            case Markup safe: text.Append($"Markup({Quoted(safe.Content)})"); break;
            case RangeValue: text.Append(value); break;
            case ListValue list: Write(text, list, meter); break;
            case DictValue dict: Write(text, dict, meter); break;
            case ViewValue view: Write(text, (view.TypeName + "([", "])"), view.Items, meter); break;
            case NamespaceValue space:
                text.Append("<Namespace ");
                Write(text, space.Fields, meter);
                text.Append('>');
                break;
            case Undefined: text.Append("Undefined"); break;
            default: text.Append($"<{Types.NameOf(value)}>"); break;
        }
    }

    private static void Write(StringBuilder text, ListValue list, Meter? meter) => Write(
        text, list is TupleValue ? ("(", list.Items.Count == 1 ? ",)" : ")") : ("[", "]"), list.Items, meter);

    private static void Write(StringBuilder text, (string Begin, string End) around, IReadOnlyList<object?> items, Meter? meter)
    {
        Meter.Guard();
        text.Append(around.Begin);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) text.Append(", ");
            Write(text, items[i], meter);
        }

        text.Append(around.End);
    }

    private static void Write(StringBuilder text, DictValue dict, Meter? meter)
    {
        Meter.Guard();
        text.Append('{');
        var isFirst = true;
        foreach (var (key, value) in dict)
        {
            if (!isFirst) text.Append(", ");
            isFirst = false;
            Write(text, key, meter);
            text.Append(": ");
            Write(text, value, meter);
        }

        text.Append('}');
    }

    private static void Quote(StringBuilder result, string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        result.Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == quote || rune.Value == '\\') result.Append('\\').Append((char)rune.Value);
            else if (rune.Value == '\n') result.Append("\\n");
            else if (rune.Value == '\r') result.Append("\\r");
            else if (rune.Value == '\t') result.Append("\\t");
            else if (IsPrintable(rune)) result.Append(rune);
            else result.Append(rune.Value <= 0xff ? $"\\x{rune.Value:x2}" : rune.IsBmp ? $"\\u{rune.Value:x4}" : $"\\U{rune.Value:x8}");
        }

        result.Append(quote);
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
