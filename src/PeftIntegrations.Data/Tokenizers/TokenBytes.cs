namespace PeftIntegrations.Data;

/// <summary>What each token adds to a text, as bytes, found by letting the decoder show it between two others.</summary>
internal sealed class TokenBytes
{
    private const string Before = "a", After = "z", LetterOfOne = "ā"; // byte 1 in the byte alphabet
    private const byte FirstBeyondAscii = 0x80;

    private readonly Decoder? _decoder;
    private readonly bool _isByteLevel;
    private readonly bool _hasByteTokens;
    private readonly string _tail;

    public TokenBytes(Decoder? decoder)
    {
        _decoder = decoder;
        _tail = Text(Before, Before, After)[Text(Before, Before).Length..];
        _isByteLevel = Between(LetterOfOne, isFirst: false) == "\u0001";
        _hasByteTokens = Between("<0x41>", isFirst: false) == "A";
    }

    public byte[] Of(string token, bool isFirst)
    {
        if (_isByteLevel) return ByteAlphabet.BytesOf(token);
        if (_hasByteTokens && Decoders.TryByte(token, out var value) && value >= FirstBeyondAscii) return [value]; // no text by itself
        return System.Text.Encoding.UTF8.GetBytes(Between(token, isFirst));
    }

    private string Between(string token, bool isFirst)
    {
        var text = isFirst ? Text(token, After) : Text(Before, token, After)[Text(Before).Length..];
        return text[..^_tail.Length];
    }

    private string Text(params IReadOnlyList<string> tokens) =>
        _decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder(tokens));
}
