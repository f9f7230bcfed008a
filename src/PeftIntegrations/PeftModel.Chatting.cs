namespace PeftIntegrations;

public sealed partial class PeftModel
{
    private ChatFormat? _chatFormat;

    /// <summary>How the model's conversations become tokens, in training as in serving.</summary>
    /// <exception cref="InvalidOperationException">The model has no chat template.</exception>
    /// <exception cref="ChatTemplateException">Its template cannot be read.</exception>
    public ChatFormat ChatFormat => _chatFormat ??= ModelFiles.ReadChatFormat(Source, Tokenizer) ?? throw new InvalidOperationException(
        $"{Source} has no chat template, so conversations cannot be written for it. "
        + "Put one beside it as chat_template.jinja, or use plain texts.");

    /// <summary>The tokens that end the model's text.</summary>
    internal IReadOnlyList<int> EndTokens => ModelFiles.ReadGeneration(Source, _model.Config, Tokenizer).EosTokenIds ?? [];
}
