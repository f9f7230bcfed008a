using System.Text;

namespace PeftIntegrations.Data;

/// <summary>Text by code points, as Python counts it: a pair of surrogates is one.</summary>
internal static class Points
{
    public static bool AreUnits(string text) => !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff');

    public static int Count(string text)
    {
        if (AreUnits(text)) return text.Length;

        var count = 0;
        for (var at = 0; at < text.Length; at += Length(text, at)) count++;
        return count;
    }

    public static IEnumerable<string> Each(string text)
    {
        for (var at = 0; at < text.Length; at += Length(text, at)) yield return text.Substring(at, Length(text, at));
    }

    /// <summary>How many code points stand before a place, or -1 of -1.</summary>
    public static int Before(string text, int place) => place < 0 ? -1 : Count(text[..place]);

    /// <summary>The order of the code points, not of the units.</summary>
    public static int Compare(string x, string y)
    {
        if (AreUnits(x) && AreUnits(y)) return string.CompareOrdinal(x, y);

        var (left, right) = (x.EnumerateRunes(), y.EnumerateRunes());
        while (true)
        {
            var (more, others) = (left.MoveNext(), right.MoveNext());
            if (!more || !others) return more.CompareTo(others);
            if (left.Current != right.Current) return left.Current.CompareTo(right.Current);
        }
    }

    public static string Reverse(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var point in Each(text).Reverse()) result.Append(point);
        return result.ToString();
    }

    private static int Length(string text, int at) => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
}
