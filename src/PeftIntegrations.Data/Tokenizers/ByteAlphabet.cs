using System.Collections.Frozen;

namespace PeftIntegrations.Data;

/// <summary>GPT-2's way to write any byte as a visible letter: printable Latin-1 stands for itself, the rest for U+0100 and on.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] Letters = Write();
    private static readonly FrozenDictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToFrozenDictionary(b => Letters[b], b => (byte)b);

    /// <summary>The letter that a space becomes.</summary>
    public const char Space = 'Ġ';

    public static char LetterOf(byte value) => Letters[value];

    public static bool TryByteOf(char letter, out byte value) => Bytes.TryGetValue(letter, out value);

    /// <summary>The bytes that a token's letters stand for; the token's own UTF-8 if one of them is no byte letter.</summary>
    public static byte[] BytesOf(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!TryByteOf(token[i], out bytes[i])) return System.Text.Encoding.UTF8.GetBytes(token);
        }

        return bytes;
    }

    private static char[] Write()
    {
        var next = '\u0100';
        return [.. Enumerable.Range(0, 256).Select(b => b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)b : next++)];
    }
}
