using System.Collections.Frozen;
using System.Text;

namespace PeftIntegrations.Data;

/// <summary>Python's methods of a text.</summary>
internal static class TextMethods
{
    public static readonly FrozenDictionary<string, Method> Known = new Dictionary<string, Method>
    {
        ["upper"] = Made((text, _) => Casing.Upper(text)),
        ["lower"] = Made((text, _) => text.ToLowerInvariant()),
        ["casefold"] = Made((text, _) => text.ToLowerInvariant()),
        ["title"] = Made((text, _) => Casing.Title(text)),
        ["capitalize"] = Made((text, _) => Casing.Capitalize(text)),
        ["swapcase"] = Made((text, _) => Casing.Swap(text)),
        ["strip"] = Made((text, a) => Strip(text, a, start: true, end: true)),
        ["lstrip"] = Made((text, a) => Strip(text, a, start: true, end: false)),
        ["rstrip"] = Made((text, a) => Strip(text, a, start: false, end: true)),
        ["removeprefix"] = Made((text, a) => a.Text(0, "prefix") is var part && Starts(text, part) ? text[part.Length..] : text),
        ["removesuffix"] = Made((text, a) => a.Text(0, "suffix") is var part && Ends(text, part) ? text[..^part.Length] : text),
        ["replace"] = (self, rendering, a) =>
            Replace(Of(self), (a.Text(0, "old"), a.Text(1, "new")), a.Number(2, "count", -1), rendering.Meter),
        ["join"] = (self, rendering, a) => Join(Of(self), a.Needed(0, "iterable"), rendering.Meter),
        ["split"] = (self, rendering, a) => Splitting.Left(Of(self), a, rendering.Meter),
        ["rsplit"] = (self, rendering, a) => Splitting.Right(Of(self), a, rendering.Meter),
        ["splitlines"] = (self, rendering, a) => new ListValue([.. Splitting.Lines(Of(self), a.Flag(0, "keepends"), rendering.Meter)]),
        ["partition"] = (self, rendering, a) => Splitting.Around(Of(self), a.Text(0, "sep"), fromEnd: false, rendering.Meter),
        ["rpartition"] = (self, rendering, a) => Splitting.Around(Of(self), a.Text(0, "sep"), fromEnd: true, rendering.Meter),
        ["startswith"] = (self, _, a) => Touches(self, a, Starts),
        ["endswith"] = (self, _, a) => Touches(self, a, Ends),
        ["find"] = (self, rendering, a) => Find(self, a, rendering, last: false),
        ["rfind"] = (self, rendering, a) => Find(self, a, rendering, last: true),
        ["index"] = (self, rendering, a) => Found(Find(self, a, rendering, last: false)),
        ["rindex"] = (self, rendering, a) => Found(Find(self, a, rendering, last: true)),
        ["count"] = (self, rendering, a) => Numbers.Whole(CountOf(Of(self), a.Text(0, "sub"), rendering.Meter)),
        ["center"] = (self, rendering, a) =>
            Pad(Of(self), a, rendering.Meter, missing => (missing / 2) + (missing & a.Number(0, "width", 0) & 1)),
        ["ljust"] = (self, rendering, a) => Pad(Of(self), a, rendering.Meter, _ => 0),
        ["rjust"] = (self, rendering, a) => Pad(Of(self), a, rendering.Meter, missing => missing),
        ["zfill"] = (self, rendering, a) => Zeros(Of(self), a.Number(0, "width", 0), rendering.Meter),
        ["format"] = (self, rendering, a) => BraceFormat.Apply(Of(self), a, rendering),
        ["isalpha"] = All(char.IsLetter),
        ["isdigit"] = All(Casing.IsDigit),
        ["isdecimal"] = All(char.IsDigit),
        ["isnumeric"] = All(char.IsNumber),
        ["isalnum"] = All(c => char.IsLetter(c) || char.IsNumber(c)),
        ["isspace"] = All(Whitespace.Is),
        ["isascii"] = (self, _, _) => Ascii.IsValid(Of(self)),
        ["isupper"] = (self, _, _) => Casing.IsUpper(Of(self)),
        ["islower"] = (self, _, _) => Casing.IsLower(Of(self)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Strip(string text, Arguments a, bool start, bool end)
    {
        if (a.Get(0, "chars") is not { } given)
        {
            text = end ? Whitespace.TrimEnd(text) : text;
            return start ? Whitespace.TrimStart(text) : text;
        }

        var signs = Types.AsText(given) ?? throw Fault.Type("strip arg must be None or str");
        if (signs.Length == 0) return text;
        if (Points.AreUnits(signs))
        {
            var cut = signs.ToCharArray();
            return start && end ? text.Trim(cut) : start ? text.TrimStart(cut) : text.TrimEnd(cut);
        }

        List<string> points = [.. Points.Each(text)];
        HashSet<string> all = [.. Points.Each(signs)];
        var (from, to) = (start ? points.FindIndex(IsKept) : 0, end ? points.FindLastIndex(IsKept) + 1 : points.Count);
        return from < 0 || from > to ? "" : string.Concat(points[from..to]);

        bool IsKept(string point) => !all.Contains(point);
    }

    public static string Replace(string text, (string Old, string New) change, int most, Meter meter)
    {
        meter.Search(text, change.Old);
        var count = change.Old.Length == 0 ? Points.Count(text) + 1L : CountOf(text, change.Old, meter);
        if (most >= 0) count = Math.Min(count, most);
        meter.Text(Math.Max(0, text.Length + (count * ((long)change.New.Length - change.Old.Length))));
        if (count == 0) return text;
        if (change.Old.Length > 0 && most < 0) return text.Replace(change.Old, change.New, StringComparison.Ordinal);

        var result = new StringBuilder();
        var pieces = Pieces(text, change.Old, (int)count);
        for (var i = 0; i < pieces.Length; i++)
        {
            if (i > 0) result.Append(i <= count ? change.New : "");
            result.Append(pieces[i]);
        }

        return result.ToString();
    }

    public static string Join(string between, object? all, Meter meter)
    {
        var result = new StringBuilder();
        foreach (var (i, item) in Items.List(all, meter).Index())
        {
            var text = Types.AsText(item)
                ?? throw Fault.Type($"sequence item {i}: expected str instance, {Types.NameOf(item)} found");
            meter.Grow(result.Length, (long)between.Length + text.Length);
            if (i > 0) result.Append(between);
            result.Append(text);
        }

        return result.ToString();
    }

    public static string Pad(string text, Arguments a, Meter meter, Func<int, int> before)
    {
        var missing = a.Number(0, "width", 0) - Points.Count(text);
        if (missing <= 0) return text;

        meter.Text((long)text.Length + missing);
        var left = before(missing);
        var fill = a.Text(1, "fillchar", " ") is [var sign] ? sign
            : throw Fault.Type("The fill character must be exactly one character long");
        return new string(fill, left) + text + new string(fill, missing - left);
    }

    private static string[] Pieces(string text, string between, int most) =>
        between.Length == 0 ? ["", .. Points.Each(text), ""] : text.Split(between, most + 1, StringSplitOptions.None);

    private static string Zeros(string text, int width, Meter meter)
    {
        meter.Text(width);
        var sign = text.StartsWith('-') || text.StartsWith('+') ? 1 : 0;
        return text[..sign] + text[sign..].PadLeft(Math.Max(0, width - sign), '0');
    }

    private static int CountOf(string text, string part, Meter meter)
    {
        meter.Search(text, part);
        if (part.Length == 0) return Points.Count(text) + 1;

        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; count++)
        {
            at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal);
        }

        return count;
    }

    private static object Find(object? self, Arguments a, Rendering rendering, bool last)
    {
        var (text, part) = (Of(self), a.Text(0, "sub"));
        rendering.Meter.Search(text, part);
        if (a.Has(1, "start"))
        {
            var some = (string)Items.Slice(text, a.Get(1, "start"), a.Get(2, "end"), null, rendering.Meter)!;
            var place = last ? some.LastIndexOf(part, StringComparison.Ordinal) : some.IndexOf(part, StringComparison.Ordinal);
            var start = a.Number(1, "start", 0);
            return Numbers.Whole(place < 0 ? -1 : Points.Before(some, place) + Math.Max(0, start < 0 ? start + Points.Count(text) : start));
        }

        return Numbers.Whole(Points.Before(
            text, last ? text.LastIndexOf(part, StringComparison.Ordinal) : text.IndexOf(part, StringComparison.Ordinal)));
    }

    private static object Found(object place) => place is -1L ? throw Fault.Value("substring not found") : place;

    private static bool Touches(object? self, Arguments a, Func<string, string, bool> test)
    {
        var text = Of(self);
        return a.Needed(0, "prefix") is TupleValue parts
            ? parts.Items.Any(part => Types.AsText(part) is { } one && test(text, one))
            : test(text, a.Text(0, "prefix"));
    }

    private static bool Starts(string text, string part) => text.StartsWith(part, StringComparison.Ordinal);

    private static bool Ends(string text, string part) => text.EndsWith(part, StringComparison.Ordinal);

    private static Method All(Func<char, bool> test) => (self, _, _) => Of(self) is { Length: > 0 } text && text.All(test);

    private static string Of(object? self) => Types.AsText(self)!;

    // What is made of text that is safe is safe too.
    private static Method Made(Func<string, Arguments, string> make) => (self, rendering, a) =>
    {
        rendering.Meter.Step(1 + (Of(self).Length / 16));
        var made = make(Of(self), a);
        return self is Markup ? new Markup(made) : made;
    };
}
