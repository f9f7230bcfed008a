using PeftIntegrations.Data;

namespace PeftIntegrations.Extensions;

/// <summary>An answer on its way: text and calls of tools as soon as they are certain, then why it ended and what it took.</summary>
/// <param name="tools">The tools that may be called; null for none.</param>
/// <param name="modelId">Who answers.</param>
internal sealed class ChatReply(ChatTools? tools, string modelId)
{
    private readonly ToolCallReader? _reader = tools is null ? null : new(tools.Format);
    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly DateTimeOffset _created = DateTimeOffset.UtcNow;
    private int _told; // calls that have been passed on

    /// <summary>Whether a call has been passed on.</summary>
    public bool HasCalled => _told > 0;

    /// <summary>What becomes of the next part of the text.</summary>
    public IEnumerable<ChatResponseUpdate> Take(StreamedText part)
    {
        var text = _reader?.Push(part.Text) ?? part.Text;
        if (part.Whole is not null) text += _reader?.Flush();
        if (text.Length > 0) yield return Update(new TextContent(text));
        foreach (var call in _reader?.Calls.Skip(_told).ToArray() ?? [])
        {
            _told++;
            yield return Update(ChatTools.Content(call));
        }

        if (part.Whole is { } whole) yield return End(whole.Reason, whole.PromptTokens, whole.Tokens.Count);
    }

    /// <summary>The last word.</summary>
    public ChatResponseUpdate End(FinishReason reason, int promptTokens, int newTokens)
    {
        var update = Update(new UsageContent(new()
        {
            InputTokenCount = promptTokens,
            OutputTokenCount = newTokens,
            TotalTokenCount = promptTokens + newTokens,
        }));
        update.FinishReason = reason == FinishReason.Length ? ChatFinishReason.Length
            : HasCalled ? ChatFinishReason.ToolCalls
            : ChatFinishReason.Stop;
        return update;
    }

    private ChatResponseUpdate Update(AIContent content) => new(ChatRole.Assistant, [content])
    {
        ResponseId = _id,
        MessageId = _id,
        ModelId = modelId,
        CreatedAt = _created,
    };
}
