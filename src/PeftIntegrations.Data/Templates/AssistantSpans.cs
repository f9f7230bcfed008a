namespace PeftIntegrations.Data;

/// <summary>Finds what the assistant said in a rendered conversation.</summary>
internal static class AssistantSpans
{
    /// <summary>By rendering the conversation up to each message of the assistant, where the template has no marks.</summary>
    /// <param name="chat">The conversation.</param>
    /// <param name="whole">Its text.</param>
    /// <param name="tokens">Where the text's tokens stand.</param>
    /// <param name="render">Writes a part of the conversation, with or without the beginning of an answer.</param>
    /// <exception cref="ArgumentException">A part is written otherwise than in the whole.</exception>
    public static IReadOnlyList<(int Start, int End)> ByPrefix(
        Chat chat, string whole, IReadOnlyList<(int Start, int End)> tokens, Func<Chat, bool, string> render)
    {
        var spans = new List<(int Start, int End)>();
        for (var i = 0; i < chat.Messages.Count; i++)
        {
            if (chat.Messages[i].Role != ChatMessage.Assistant) continue;
            var (start, end) = Span(chat, i, whole, render);
            end = tokens.LastOrDefault(token => token.End <= end).End; // what follows may begin as the end of a text does
            spans.Add((start, start + Whitespace.TrimEnd(whole[start..Math.Max(start, end)]).Length));
        }

        return spans;
    }

    private static (int Start, int End) Span(Chat chat, int index, string whole, Func<Chat, bool, string> render)
    {
        var before = render(chat with { Messages = [.. chat.Messages.Take(index)] }, true);
        var upTo = render(chat with { Messages = [.. chat.Messages.Take(index + 1)] }, false);
        var shared = upTo.AsSpan().CommonPrefixLength(whole);
        var said = chat.Messages[index].Content?.Trim() ?? "";
        if (!whole.StartsWith(before, StringComparison.Ordinal) || shared <= before.Length
            || (said.Length > 0 && !whole.AsSpan(before.Length, shared - before.Length).Contains(said, StringComparison.Ordinal)))
        {
            throw new ArgumentException(
                $"message {index + 1} is written otherwise once others follow it, so what the assistant said cannot be told from the rest. "
                + "Use a chat template that marks it by {% generation %}, or end each conversation with its first answer.");
        }

        return (before.Length, shared);
    }
}
