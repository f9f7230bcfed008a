using PeftIntegrations.Data;

namespace PeftIntegrations.Inference;

/// <summary>A text that tokens are put behind; part of it becomes certain with each.</summary>
internal sealed class GrowingText(Tokenizer tokenizer, GenerationOptions options, int promptTokens)
{
    private readonly StreamingDecoder _decoder = tokenizer.CreateStream(options.ShownTokens ?? []);
    private readonly StopTexts _stops = new(options.Stop ?? []);
    private readonly System.Text.StringBuilder _text = new();
    private readonly List<int> _tokens = [];

    /// <summary>Why it has ended; null while it goes on.</summary>
    public FinishReason? Reason { get; private set; }

    /// <summary>The new tokens so far.</summary>
    public int Count => _tokens.Count;

    /// <summary>All of it.</summary>
    public GeneratedText Result => new(_text.ToString(), _tokens, promptTokens, Reason ?? FinishReason.Length);

    /// <summary>Puts a token behind it.</summary>
    /// <returns>What has become certain.</returns>
    public string Take(GeneratedToken token)
    {
        _tokens.Add(token.Id);
        var text = _decoder.Push(token.Id) is { } piece ? _stops.Push(piece) : null;
        if (token.Ended is not null && !_stops.Stopped)
        {
            text += _decoder.Flush() is { } rest ? _stops.Push(rest) : null; // the end may complete a stop text
            if (!_stops.Stopped) text += _stops.Flush();
        }

        Reason = _stops.Stopped ? FinishReason.StopText : token.Ended;
        _text.Append(text);
        return text ?? "";
    }
}
