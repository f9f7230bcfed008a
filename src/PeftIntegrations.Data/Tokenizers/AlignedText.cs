using System.Text;

namespace PeftIntegrations.Data;

/// <summary>Text, and for each of its UTF-16 units the stretch of the original text that it stands for.</summary>
internal sealed class AlignedText(string text, (int Start, int End)[] origins)
{
    public string Text { get; } = text;

    public (int Start, int End)[] Origins { get; } = origins;

    public Piece Whole => new(this, 0, Text.Length);

    /// <summary>
    /// An original text: every unit stands for itself, both halves of a surrogate pair for the pair, and half a pair for U+FFFD.
    /// </summary>
    public static AlignedText Of(string text)
    {
        text = Wellformed(text);
        var origins = new (int, int)[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]))
            {
                origins[i] = origins[i + 1] = (i, i + 2);
                i++;
            }
            else
            {
                origins[i] = (i, i + 1);
            }
        }

        return new AlignedText(text, origins);
    }

    private static string Wellformed(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0) return text;

        var units = text.ToCharArray();
        for (var i = 0; i < units.Length; i++)
        {
            if (Rune.DecodeFromUtf16(units.AsSpan(i), out _, out var length) != System.Buffers.OperationStatus.Done) units[i] = '\uFFFD';
            i += length - 1;
        }

        return new string(units);
    }
}
