using System.Globalization;
using System.Text;

namespace PeftIntegrations.Data;

/// <summary>Rewrites a text before it is cut.</summary>
internal delegate AlignedText Normalizer(AlignedText text);

/// <summary>The normalizers, by their <c>type</c>. A new one is a reader here.</summary>
internal static class Normalizers
{
    public static readonly Components<Normalizer> Known = new("normalizer", new()
    {
        ["BertNormalizer"] = BertNormalizer.Read,
        ["Lowercase"] = _ => Lowercase,
        ["NFC"] = _ => NormalForm.C,
        ["NFD"] = _ => NormalForm.D,
        ["NFKC"] = _ => NormalForm.KC,
        ["NFKD"] = _ => NormalForm.KD,
        ["Prepend"] = json => Prepend(json.Text("prepend")),
        ["Replace"] = json => Replace(TextPattern.Read(json.Field("pattern")), json.Text("content")),
        ["Sequence"] = json => Sequence(Known!.ReadAll(json, "normalizers")),
        ["StripAccents"] = _ => EachRune(rune => IsMark(rune) ? null : rune),
    });

    public static Normalizer Sequence(params Normalizer[] steps) => text => steps.Aggregate(text, (before, step) => step(before));

    /// <summary>Puts <paramref name="prefix"/> before a text that isn't empty; it stands for the text's first character.</summary>
    public static Normalizer Prepend(string prefix) => text =>
    {
        if (text.Text.Length == 0) return text;

        var builder = new AlignedTextBuilder(text.Text.Length + prefix.Length);
        builder.Add(prefix, text.Origins[0]);
        builder.Add(text.Whole);
        return builder.Build();
    };

    /// <summary>Replaces each match; the replacement stands for the match's last character.</summary>
    public static Normalizer Replace(TextPattern pattern, string content) => text =>
    {
        var builder = new AlignedTextBuilder(text.Text.Length);
        foreach (var (start, end, isMatch) in pattern.Stretches(text.Text))
        {
            if (isMatch) builder.Add(content, text.Origins[end - 1]);
            else builder.Add(text.Whole.Slice(start, end));
        }

        return builder.Build();
    };

    /// <summary>Changes each character by itself; null takes it out.</summary>
    public static Normalizer EachRune(Func<Rune, Rune?> change) => text =>
    {
        if (IsAsItShouldBe(text.Text, change)) return text;

        var builder = new AlignedTextBuilder(text.Text.Length);
        Span<char> units = stackalloc char[2];
        var place = 0;
        foreach (var rune in text.Text.EnumerateRunes())
        {
            if (change(rune) is { } changed) builder.Add(units[..changed.EncodeToUtf16(units)], text.Origins[place]);
            place += rune.Utf16SequenceLength;
        }

        return builder.Build();
    };

    public static AlignedText Lowercase(AlignedText text)
    {
        if (Ascii.IsValid(text.Text)) return new AlignedText(text.Text.ToLowerInvariant(), text.Origins);

        var builder = new AlignedTextBuilder(text.Text.Length);
        Span<char> units = stackalloc char[2];
        var place = 0;
        foreach (var rune in text.Text.EnumerateRunes())
        {
            if (rune.Value == 'İ') builder.Add("i\u0307", text.Origins[place]); // the one letter whose small form is two
            else builder.Add(units[..Rune.ToLowerInvariant(rune).EncodeToUtf16(units)], text.Origins[place]);
            place += rune.Utf16SequenceLength;
        }

        return builder.Build();
    }

    private static bool IsAsItShouldBe(string text, Func<Rune, Rune?> change)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (change(rune) != rune) return false;
        }

        return true;
    }

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
