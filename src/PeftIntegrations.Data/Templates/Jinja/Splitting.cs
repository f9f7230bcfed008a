using System.Buffers;

namespace PeftIntegrations.Data;

/// <summary>Python's ways to cut a text.</summary>
internal static class Splitting
{
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029");

    public static ListValue Left(string text, Arguments a, Meter meter)
    {
        var (separator, most) = Read(text, a, meter);
        return new([.. separator is null ? Words(text, most) : text.Split(separator, most < 0 ? int.MaxValue : most + 1)]);
    }

    public static ListValue Right(string text, Arguments a, Meter meter)
    {
        var (separator, most) = Read(text, a, meter);
        if (most < 0) return Left(text, a, meter);
        var parts = new List<object?>();
        if (separator is null) return new([.. Words(new string([.. text.Reverse()]), most).Select(Reversed).Reverse()]);

        for (; most > 0 && text.LastIndexOf(separator, StringComparison.Ordinal) is >= 0 and var at; most--)
        {
            parts.Add(text[(at + separator.Length)..]);
            text = text[..at];
        }

        parts.Add(text);
        parts.Reverse();
        return new(parts);
    }

    public static IEnumerable<string> Lines(string text, bool keepEnds, Meter meter)
    {
        meter.Step(text.Length / 4);
        for (var at = 0; at < text.Length;)
        {
            var end = text.AsSpan(at).IndexOfAny(LineEnds);
            end = end < 0 ? text.Length : at + end;
            var next = end == text.Length ? end : end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1);
            yield return text[at..(keepEnds ? next : end)];
            at = next;
        }
    }

    public static TupleValue Around(string text, string separator, bool fromEnd, Meter meter)
    {
        meter.Search(text, separator);
        if (separator.Length == 0) throw Fault.Value("empty separator");
        var at = fromEnd ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        return at >= 0 ? new([text[..at], separator, text[(at + separator.Length)..]])
            : fromEnd ? new(["", "", text])
            : new([text, "", ""]);
    }

    private static (string? Separator, int Most) Read(string text, Arguments a, Meter meter)
    {
        var separator = a.Get(0, "sep") is null ? null : a.Text(0, "sep");
        if (separator is "") throw Fault.Value("empty separator");
        meter.Step(text.Length / 4);
        meter.Search(text, separator ?? " ");
        return (separator, a.Number(1, "maxsplit", -1));
    }

    private static IEnumerable<string> Words(string text, int most)
    {
        var at = 0;
        while (true)
        {
            while (at < text.Length && Whitespace.Is(text[at])) at++;
            if (at == text.Length) yield break;

            var end = at;
            while (end < text.Length && !Whitespace.Is(text[end])) end++;
            if (most-- == 0)
            {
                yield return Whitespace.TrimEnd(text[at..]);
                yield break;
            }

            yield return text[at..end];
            at = end;
        }
    }

    private static string Reversed(string text) => new([.. text.Reverse()]);
}
