using System.Globalization;
using System.Text;

namespace PeftIntegrations.Data;

/// <summary>Rewrites tokens; joined, the last decoder's are the text.</summary>
internal delegate IReadOnlyList<string> Decoder(IReadOnlyList<string> tokens);

/// <summary>The decoders, by their <c>type</c>. A new one is a reader here.</summary>
internal static class Decoders
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static readonly Components<Decoder> Known = new("decoder", new()
    {
        ["BPEDecoder"] = json => WordSuffix(json.Sign("suffix")),
        ["ByteFallback"] = _ => ByteFallback,
        ["ByteLevel"] = _ => ByteLevel,
        ["Fuse"] = _ => Fuse,
        ["Metaspace"] = json => Metaspace(json.Sign("replacement"), json.TextOrNull("prepend_scheme") == "never"),
        ["Replace"] = json => Replace(TextPattern.Read(json.Field("pattern")), json.Text("content")),
        ["Sequence"] = json => Sequence(Known!.ReadAll(json, "decoders")),
        ["Strip"] = json => Strip(json.Sign("content"), json.Number("start", 0), json.Number("stop", 0)),
        ["WordPiece"] = json => WordPiece(json.TextOrNull("prefix") ?? Data.WordPiece.UsualPrefix, json.Flag("cleanup", true)),
    });

    // What English lost to the spaces between words, in the order in which it is given back.
    private static readonly (string Spaced, string Joined)[] Contractions =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"),
        (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public static Decoder Sequence(params Decoder[] steps) => tokens => steps.Aggregate(tokens, (before, step) => step(before));

    public static Decoder Replace(TextPattern pattern, string content) =>
        tokens => [.. tokens.Select(token => pattern.Replace(token, content))];

    /// <summary>
    /// Takes at most <paramref name="start"/> of <paramref name="content"/> off the front of each token, <paramref name="stop"/> off its
    /// end.
    /// </summary>
    public static Decoder Strip(string content, int start, int stop) => tokens => [.. tokens.Select(token =>
    {
        for (var i = 0; i < start && token.StartsWith(content, StringComparison.Ordinal); i++) token = token[content.Length..];
        for (var i = 0; i < stop && token.EndsWith(content, StringComparison.Ordinal); i++) token = token[..^content.Length];
        return token;
    })];

    public static IReadOnlyList<string> Fuse(IReadOnlyList<string> tokens) => [string.Concat(tokens)];

    /// <summary>Turns byte letters back to UTF-8; a token with any other letter is taken as it stands.</summary>
    public static IReadOnlyList<string> ByteLevel(IReadOnlyList<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens) bytes.AddRange(ByteAlphabet.BytesOf(token));
        return [System.Text.Encoding.UTF8.GetString([.. bytes])];
    }

    /// <summary>Joins neighbouring <c>&lt;0xE2&gt;</c> tokens to characters; where they make none, each becomes U+FFFD.</summary>
    public static IReadOnlyList<string> ByteFallback(IReadOnlyList<string> tokens)
    {
        var texts = new List<string>(tokens.Count);
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (TryByte(token, out var value))
            {
                bytes.Add(value);
                continue;
            }

            Flush();
            texts.Add(token);
        }

        Flush();
        return texts;

        void Flush()
        {
            if (bytes.Count > 0) texts.Add(Characters([.. bytes]));
            bytes.Clear();
        }
    }

    /// <summary>Puts a space before each token but those that go on with a word, and takes it back before marks.</summary>
    public static Decoder WordPiece(string prefix, bool cleansUp) => tokens => [.. tokens.Select((token, i) =>
    {
        if (i > 0) token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : $" {token}";
        return cleansUp
            ? Contractions.Aggregate(token, (text, pair) => text.Replace(pair.Spaced, pair.Joined, StringComparison.Ordinal))
            : token;
    })];

    /// <summary>The byte that a token such as <c>&lt;0xE2&gt;</c> stands for.</summary>
    public static bool TryByte(string token, out byte value)
    {
        value = 0;
        return token is ['<', '0', 'x', _, _, '>']
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static string Characters(byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return new string('\uFFFD', bytes.Length);
        }
    }

    private static Decoder WordSuffix(string suffix) => tokens =>
        [.. tokens.Select((token, i) => token.Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];

    private static Decoder Metaspace(string mark, bool keepsFirst) => tokens =>
        [.. tokens.Select((token, i) => token.Replace(mark, i == 0 && !keepsFirst ? "" : " ", StringComparison.Ordinal))];
}
