namespace PeftIntegrations;

public sealed partial class PeftModel
{
    private readonly string? _chatTemplate;
    private ChatFormat? _chatFormat;

    /// <summary>How the model's conversations become tokens, in training as in serving.</summary>
    /// <exception cref="InvalidOperationException">The model has no chat template.</exception>
    /// <exception cref="ChatTemplateException">Its template cannot be read.</exception>
    public ChatFormat ChatFormat => _chatFormat ??= ReadChatFormat() ?? throw new InvalidOperationException(
        $"{Source} has no chat template, so conversations cannot be written for it. "
        + $"Put one beside it as chat_template.jinja, load it with {nameof(PeftModelOptions)}.{nameof(PeftModelOptions.ChatTemplate)}, "
        + "or use plain texts.");

    /// <summary>The tokens that end the model's text.</summary>
    internal IReadOnlyList<int> EndTokens => ModelFiles.ReadGeneration(Source, _model.Config, Tokenizer).EosTokenIds ?? [];

    private ChatFormat? ReadChatFormat() => _chatTemplate is { } text
        ? new(ChatTemplate.Parse(text, ModelFiles.TokensOf(Tokenizer)), Tokenizer)
        : ModelFiles.ReadChatFormat(Source, Tokenizer);
}
