namespace PeftIntegrations.Data;

/// <summary>
/// Decodes ids one at a time and gives text out as soon as it is whole: never half a character. For one thread at a time.
/// </summary>
public sealed class StreamingDecoder
{
    private const char Incomplete = '\uFFFD';

    private readonly Func<IReadOnlyList<int>, string> _decode;
    private readonly Tokenizer _tokenizer;
    private readonly List<int> _ids = []; // those last given out, which the next may depend on, then those pending
    private int _given;
    private string _prefix = "";

    internal StreamingDecoder(Func<IReadOnlyList<int>, string> decode, Tokenizer tokenizer) => (_decode, _tokenizer) = (decode, tokenizer);

    /// <summary>The text that became whole with <paramref name="id"/>, or null while there is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id stands for no token; the stream stays as it was.</exception>
    public string? Push(int id)
    {
        _tokenizer.TokenOf(id);
        if (_prefix.Length == 0) MoveOn();
        _ids.Add(id);

        var text = Text();
        return text.Length > _prefix.Length && !text.EndsWith(Incomplete) ? Give(text) : null;
    }

    /// <summary>What is still pending, U+FFFD for a character that never became whole, or null; the stream can be used anew.</summary>
    public string? Flush()
    {
        var text = Text();
        var piece = text.Length > _prefix.Length ? text[_prefix.Length..] : null;
        _ids.Clear();
        (_given, _prefix) = (0, "");
        return piece;
    }

    private string Text() => _decode(_ids);

    private string Give(string text)
    {
        var piece = text[_prefix.Length..];
        _ids.RemoveRange(0, _given);
        _prefix = Text();
        _given = _ids.Count;
        return piece;
    }

    // Ids that gave no text, such as a special token or a lone space at the start, are context from here on.
    private void MoveOn()
    {
        var text = Text();
        if (text.EndsWith(Incomplete)) return;
        _prefix = text;
        _given = _ids.Count;
    }
}
