using System.Globalization;
using System.Text;

namespace PeftIntegrations.Data;

/// <summary>
/// Unicode's normalization forms (UAX #15), with the place of every character; .NET's own do nothing where globalization is invariant.
/// </summary>
internal static class NormalForm
{
    private const char FirstChangedByC = '\u0100', FirstChanged = '\u0080'; // what lies below is in the form already
    private const int SyllableFirst = 0xAC00, LeadFirst = 0x1100, VowelFirst = 0x1161, TrailBefore = 0x11A7;
    private const int Leads = 19, Vowels = 21, Trails = 28;
    private static readonly Tables Unicode = new();

    private readonly record struct Placed(int Rune, int Class, (int Start, int End) Origin);

    /// <summary>Characters with their marks joined, as NFC has them.</summary>
    public static AlignedText C(AlignedText text) => IsBelow(FirstChangedByC, text) ? text : Write(Compose(Decompose(text, false)));

    /// <summary>Characters apart from their marks, as NFD has them.</summary>
    public static AlignedText D(AlignedText text) => IsBelow(FirstChanged, text) ? text : Write(Decompose(text, false));

    /// <summary>As <see cref="C"/>, and ligatures, widths and the like as plain characters.</summary>
    public static AlignedText KC(AlignedText text) => IsBelow(FirstChanged, text) ? text : Write(Compose(Decompose(text, true)));

    /// <summary>As <see cref="D"/>, and ligatures, widths and the like as plain characters.</summary>
    public static AlignedText KD(AlignedText text) => IsBelow(FirstChanged, text) ? text : Write(Decompose(text, true));

    private static bool IsBelow(char limit, AlignedText text) => text.Text.AsSpan().IndexOfAnyInRange(limit, char.MaxValue) < 0;

    private static AlignedText Write(List<Placed> runes)
    {
        var builder = new AlignedTextBuilder(runes.Count);
        Span<char> units = stackalloc char[2];
        foreach (var (rune, _, origin) in runes) builder.Add(units[..new Rune(rune).EncodeToUtf16(units)], origin);
        return builder.Build();
    }

    private static List<Placed> Decompose(AlignedText text, bool alike)
    {
        var runes = new List<Placed>(text.Text.Length);
        var place = 0;
        foreach (var rune in text.Text.EnumerateRunes())
        {
            Decompose(rune.Value, alike, text.Origins[place], runes);
            place += rune.Utf16SequenceLength;
        }

        SortMarks(runes);
        return runes;
    }

    private static void Decompose(int rune, bool alike, (int, int) origin, List<Placed> to)
    {
        var syllable = rune - SyllableFirst;
        if (syllable is >= 0 and < Leads * Vowels * Trails)
        {
            to.Add(new(LeadFirst + (syllable / (Vowels * Trails)), 0, origin));
            to.Add(new(VowelFirst + (syllable / Trails % Vowels), 0, origin));
            if (syllable % Trails > 0) to.Add(new(TrailBefore + (syllable % Trails), 0, origin));
        }
        else if (Unicode.Parts.TryGetValue(rune, out var parts) || (alike && Unicode.Alike.TryGetValue(rune, out parts)))
        {
            foreach (var part in parts) Decompose(part, alike, origin, to);
        }
        else
        {
            to.Add(new(rune, Unicode.Classes.GetValueOrDefault(rune), origin));
        }
    }

    // Marks between two starters stand in the order of their classes.
    private static void SortMarks(List<Placed> runes)
    {
        for (var start = 0; start < runes.Count;)
        {
            var end = start;
            while (end < runes.Count && runes[end].Class > 0) end++;
            if (end - start > 1)
            {
                var sorted = runes[start..end].OrderBy(rune => rune.Class).ToList(); // a stable sort
                for (var i = 0; i < sorted.Count; i++) runes[start + i] = sorted[i];
            }

            start = end + 1;
        }
    }

    private static List<Placed> Compose(List<Placed> runes)
    {
        var composed = new List<Placed>(runes.Count);
        var starter = -1;
        foreach (var rune in runes)
        {
            var adjacent = starter == composed.Count - 1;
            var blocked = !adjacent && (composed[^1].Class == 0 || composed[^1].Class >= rune.Class);
            if (starter >= 0 && !blocked && Pair(composed[starter].Rune, rune.Rune) is { } whole)
            {
                composed[starter] = composed[starter] with { Rune = whole };
                continue;
            }

            if (rune.Class == 0) starter = composed.Count;
            composed.Add(rune);
        }

        return composed;
    }

    private static int? Pair(int first, int second)
    {
        var (lead, vowel, trail) = (first - LeadFirst, second - VowelFirst, second - TrailBefore);
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels) return SyllableFirst + (((lead * Vowels) + vowel) * Trails);

        var syllable = first - SyllableFirst;
        if (syllable is >= 0 and < Leads * Vowels * Trails && syllable % Trails == 0 && trail is > 0 and < Trails) return first + trail;

        return Unicode.Wholes.TryGetValue((first, second), out var whole) ? whole : null;
    }

    private sealed class Tables
    {
        public Dictionary<int, int[]> Parts { get; } = [];

        public Dictionary<int, int[]> Alike { get; } = [];

        public Dictionary<(int, int), int> Wholes { get; } = [];

        public Dictionary<int, int> Classes { get; } = [];

        public Tables()
        {
            using var stream = typeof(Tables).Assembly.GetManifestResourceStream("PeftIntegrations.Data.NormalForm.txt")!;
            using var reader = new StreamReader(stream);
            reader.ReadLine();
            while (reader.ReadLine() is { } line)
            {
                if (line.Split('=', '~', '>') is [var whole, var parts])
                {
                    AddParts(Code(whole), [.. parts.Split(' ').Select(Code)], line[whole.Length]);
                }
                else if (line.Split('-', ':') is [var first, var last, var value])
                {
                    AddClass(Code(first), Code(last), int.Parse(value, CultureInfo.InvariantCulture));
                }
            }
        }

        private void AddParts(int whole, int[] parts, char relation)
        {
            (relation == '>' ? Alike : Parts).Add(whole, parts);
            if (relation == '=') Wholes.Add((parts[0], parts[1]), whole);
        }

        private void AddClass(int first, int last, int value)
        {
            for (var rune = first; rune <= last; rune++) Classes.Add(rune, value);
        }

        private static int Code(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
