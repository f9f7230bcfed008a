using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PeftIntegrations.Data;

/// <summary>What a tokenizer file searches for: a string, or a regular expression over code points.</summary>
internal sealed class TextPattern(Regex regex)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly char[] StandIns = StandInForEachCategory();

    public static TextPattern Literal(string text) => new(new Regex(Regex.Escape(text), RegexOptions.CultureInvariant, Patience));

    public static TextPattern Expression(string pattern)
    {
        try
        {
            return new TextPattern(new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Compiled, Patience));
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"The regular expression '{pattern}' is not one that .NET reads: {e.Message}", e);
        }
    }

    /// <summary>Reads <c>{"String": " "}</c> or <c>{"Regex": "\\s+"}</c>.</summary>
    public static TextPattern Read(JsonElement json) => json.TryField("String", out _)
        ? Literal(json.Sign("String"))
        : Expression(json.Text("Regex"));

    /// <summary>Cuts <paramref name="text"/> into matches and what lies between them, leaving nothing out.</summary>
    public List<(int Start, int End, bool IsMatch)> Stretches(ReadOnlySpan<char> text)
    {
        var found = new List<(int Start, int End, bool IsMatch)>();
        var end = 0;
        foreach (var (from, to) in Matches(text))
        {
            if (from > end) found.Add((end, from, false));
            found.Add((from, to, true));
            end = to;
        }

        if (end < text.Length) found.Add((end, text.Length, false));
        return found;
    }

    public string Replace(string text, string replacement) => regex.Replace(text, replacement.Replace("$", "$$", StringComparison.Ordinal));

    private List<(int From, int To)> Matches(ReadOnlySpan<char> text)
    {
        var matches = new List<(int, int)>();
        var units = text;
        int[]? places = null;
        if (text.IndexOfAnyInRange('\uD800', '\uDFFF') >= 0) units = OneUnitForEachRune(text, out places);
        try
        {
            foreach (var match in regex.EnumerateMatches(units))
            {
                var (from, to) = (match.Index, match.Index + match.Length);
                if (match.Length > 0) matches.Add(places is null ? (from, to) : (places[from], places[to]));
            }
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new InvalidDataException(
                $"The tokenizer's pattern '{regex}' took more than {Patience.TotalSeconds} s. Use a pattern without nested repeats.", e);
        }

        return matches;
    }

    // .NET matches UTF-16 units, so \p{L} would miss 𝓗: each pair is replaced by one unit of its category.
    private static ReadOnlySpan<char> OneUnitForEachRune(ReadOnlySpan<char> text, out int[] places)
    {
        var units = new char[text.Length];
        places = new int[text.Length + 1];
        var (count, place) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            places[count] = place;
            units[count++] = rune.IsBmp ? (char)rune.Value : StandIns[(int)CharUnicodeInfo.GetUnicodeCategory(rune.Value)];
            place += rune.Utf16SequenceLength;
        }

        places[count] = place;
        return units.AsSpan(0, count);
    }

    private static char[] StandInForEachCategory()
    {
        var standIns = new char[30];
        for (var unit = 0; unit <= char.MaxValue; unit++)
        {
            standIns[(int)CharUnicodeInfo.GetUnicodeCategory(unit)] = (char)unit;
        }

        return standIns;
    }
}
