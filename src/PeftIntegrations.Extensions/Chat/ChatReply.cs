using PeftIntegrations.Data;

namespace PeftIntegrations.Extensions;

/// <summary>An answer on its way: text and calls of tools as soon as they are certain, then why it ended and what it took.</summary>
/// <param name="request">What is answered.</param>
/// <param name="modelId">Who answers.</param>
internal sealed class ChatReply(ChatRequest request, string modelId)
{
    private readonly ToolCallReader? _reader = request.Tools is { } tools ? new(tools.Format) : null;
    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly DateTimeOffset _created = DateTimeOffset.UtcNow;
    private int _told; // calls that have been passed on

    /// <summary>Whether the last word has been said.</summary>
    public bool IsOver { get; private set; }

    /// <summary>What becomes of the next part of the text.</summary>
    public IEnumerable<ChatResponseUpdate> Take(StreamedText part)
    {
        var text = _reader?.Push(part.Text) ?? part.Text;
        if (part.Whole is not null) text += _reader?.Flush();
        if (text.Length > 0) yield return Update(new TextContent(text));
        foreach (var call in Calls())
        {
            _told++;
            yield return Update(ChatTools.Content(call));
        }

        IsOver = part.Whole is not null || (request.OneCall && _told > 0);
        if (IsOver) yield return End(part.Whole?.Reason, part.Tokens);
    }

    private ToolCall[] Calls() => [.. (_reader?.Calls ?? []).Skip(_told).Take(request.OneCall ? 1 - _told : int.MaxValue)];

    private ChatResponseUpdate End(FinishReason? reason, int tokens)
    {
        var update = Update(new UsageContent(new()
        {
            InputTokenCount = request.Prompt.Count,
            OutputTokenCount = tokens,
            TotalTokenCount = request.Prompt.Count + tokens,
        }));
        update.FinishReason = reason == FinishReason.Length ? ChatFinishReason.Length
            : _told > 0 ? ChatFinishReason.ToolCalls
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
