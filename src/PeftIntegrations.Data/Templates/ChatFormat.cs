namespace PeftIntegrations.Data;

/// <summary>
/// How one model's conversations become tokens: the same for serving and for training, so that it is asked as it was taught. Safe for
/// concurrent use.
/// </summary>
public sealed class ChatFormat
{
    private readonly ChatTemplate _template;
    private readonly Tokenizer _tokenizer;

    /// <summary>Joins a template and the tokenizer of the same model.</summary>
    public ChatFormat(ChatTemplate template, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(tokenizer);
        (_template, _tokenizer) = (template, tokenizer);
        ToolCalls = ToolCallFormats.For(template);
    }

    /// <summary>How the model writes calls of tools; null where its family is not known.</summary>
    public IToolCallFormat? ToolCalls { get; }

    /// <summary>Reads the format of a model folder; null where it has no chat template.</summary>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    /// <exception cref="ChatTemplateException">The template cannot be read.</exception>
    public static ChatFormat? FromFolder(string folder) =>
        ChatTemplate.FromFolder(folder) is { } template ? new(template, Tokenizer.FromFolder(folder)) : null;

    /// <summary>
    /// Writes a conversation as the model reads it; tools that the template does not write are told in the system's message.
    /// </summary>
    /// <exception cref="ChatTemplateException">The template refuses the messages, fails on them, or takes more than it may.</exception>
    public RenderedChat Render(IReadOnlyList<ChatMessage> messages, RenderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        options ??= new();
        return options.Tools is { Count: > 0 } tools && !_template.WritesTools && ToolCalls is { } format
            ? _template.Render(ToldInText.Of(messages, tools, format), options with { Tools = null })
            : _template.Render(messages, options);
    }

    /// <summary>The tokens of a conversation; special tokens in the text become their ids, and none is added.</summary>
    /// <inheritdoc cref="Render"/>
    public IReadOnlyList<int> Encode(IReadOnlyList<ChatMessage> messages, RenderOptions? options = null) =>
        _tokenizer.Encode(Render(messages, options).Text, addSpecialTokens: false).Ids;

    /// <summary>A conversation to train on: the tokens of what the assistant said are learnt, with the end of its turn.</summary>
    /// <exception cref="ChatTemplateException">The template refuses the messages.</exception>
    /// <exception cref="ArgumentException">It cannot be told what the assistant said.</exception>
    public TokenSequence EncodeForTraining(Chat chat)
    {
        var (encoding, _, isTrained) = Mask(chat);
        return new([.. encoding.Ids], [.. encoding.Ids.Select((id, i) => isTrained[i] ? id : TokenSequence.Unsupervised)]);
    }

    /// <summary>A conversation in pieces, each with whether it is learnt: what to look at before training.</summary>
    /// <inheritdoc cref="EncodeForTraining"/>
    public IReadOnlyList<TrainedPiece> Preview(Chat chat)
    {
        var (encoding, text, isTrained) = Mask(chat);
        var pieces = new List<TrainedPiece>();
        var (start, was) = (0, false);
        for (var i = 0; i < isTrained.Length; i++)
        {
            var at = Math.Max(start, encoding.Offsets[i].Start);
            if (isTrained[i] == was) continue;
            if (at > start) pieces.Add(new(text[start..at], was));
            (start, was) = (at, isTrained[i]);
        }

        if (start < text.Length) pieces.Add(new(text[start..], was));
        return pieces;
    }

    private (Encoding Encoding, string Text, bool[] IsTrained) Mask(Chat chat)
    {
        ArgumentNullException.ThrowIfNull(chat);
        var options = new RenderOptions { Tools = chat.Tools };
        var whole = Render(chat.Messages, options);
        var encoding = _tokenizer.Encode(whole.Text, addSpecialTokens: false);
        var spans = _template.MarksGeneration(options)
            ? whole.Generated
            : AssistantSpans.ByPrefix(chat, whole.Text, encoding.Offsets, RenderPart);
        var isTrained = new bool[encoding.Ids.Count];
        for (var i = 0; i < isTrained.Length; i++)
        {
            var (start, end) = encoding.Offsets[i];
            isTrained[i] = spans.Any(span => start < span.End && end > span.Start);
        }

        return (encoding, whole.Text, isTrained);

        string RenderPart(Chat part, bool prompts) => Render(part.Messages, options with { AddGenerationPrompt = prompts }).Text;
    }
}
