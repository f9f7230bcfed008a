using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>BERT's way to clean a text (Devlin et al. 2018, arXiv:1810.04805), each step by choice.</summary>
internal static class BertNormalizer
{
    private static readonly Normalizer Clean = Normalizers.EachRune(
        rune => rune.Value == 0xFFFD || IsControl(rune) ? null : Rune.IsWhiteSpace(rune) ? new Rune(' ') : rune);

    private static readonly Normalizer DropMarks = Normalizers.EachRune(
        rune => Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark ? null : rune);

    public static Normalizer Read(JsonElement json) => Create(ReadOptions(json));

    public static BertNormalizerOptions ReadOptions(JsonElement json) => new()
    {
        CleanText = json.Flag("clean_text", true),
        SpacesChinese = json.Flag("handle_chinese_chars", true),
        StripAccents = json.TryField("strip_accents", out _) ? json.Flag("strip_accents") : null,
        Lowercase = json.Flag("lowercase", true),
    };

    public static Normalizer Create(BertNormalizerOptions options)
    {
        var steps = new List<Normalizer>();
        if (options.CleanText) steps.Add(Clean);
        if (options.SpacesChinese) steps.Add(SpaceChinese);
        if (options.StripAccents ?? options.Lowercase) steps.AddRange([NormalForm.D, DropMarks]);
        if (options.Lowercase) steps.Add(Normalizers.Lowercase);
        return Normalizers.Sequence([.. steps]);
    }

    /// <summary>Whether cleaning takes it out.</summary>
    public static bool IsControl(Rune rune) => rune.Value is not ('\t' or '\n' or '\r')
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;

    /// <summary>Chinese is written without spaces; each character becomes a word.</summary>
    private static AlignedText SpaceChinese(AlignedText text)
    {
        if (text.Text.AsSpan().IndexOfAnyInRange('\u3400', char.MaxValue) < 0) return text;

        var builder = new AlignedTextBuilder(text.Text.Length);
        var place = 0;
        foreach (var rune in text.Text.EnumerateRunes())
        {
            var own = text.Whole.Slice(place, place + rune.Utf16SequenceLength);
            var spaced = IsChinese(rune.Value);
            if (spaced) builder.Add(" ", text.Origins[place]);
            builder.Add(own);
            if (spaced) builder.Add(" ", text.Origins[place]);
            place += rune.Utf16SequenceLength;
        }

        return builder.Build();
    }

    private static bool IsChinese(int rune) => rune
        is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0x2F800 and <= 0x2FA1F);
}

/// <summary>The switches of <see cref="BertNormalizer"/>.</summary>
internal sealed record BertNormalizerOptions
{
    public bool CleanText { get; init; } = true;

    public bool SpacesChinese { get; init; } = true;

    /// <summary>Null = as <see cref="Lowercase"/>.</summary>
    public bool? StripAccents { get; init; }

    public bool Lowercase { get; init; } = true;
}
