namespace PeftIntegrations.Data;

/// <summary>A last message that is left open: a mark behind its content tells where the rendered text is cut.</summary>
internal sealed record Continuation(ListValue Messages, string Final)
{
    private const string Mark = "CONTINUE_FINAL_MESSAGE_TAG ";
    private const string Set = "continue_final_message is set but ";

    public static Continuation Of(ListValue messages, string template)
    {
        if (messages.Items.Count == 0) throw Fault.Value(Set + "the conversation is empty!");
        if (messages.Items[^1] is not DictValue last || !last.TryGet("content", out var content) || content is null)
        {
            throw Fault.Value(Set + "the final message has no \"content\" to continue!");
        }

        if (!template.Contains("content", StringComparison.Ordinal))
        {
            throw Fault.Value("continue_final_message is set to \"content\" but this is not an accepted field in the chat_template");
        }

        var (marked, final) = content is ListValue parts ? OfParts(parts)
            : content is string text ? (text + Mark, text)
            : throw Fault.Type($"can only concatenate str (not \"{Types.NameOf(content)}\") to str");
        var message = new DictValue();
        foreach (var (name, value) in last) message[name] = value;
        message["content"] = marked;
        return new(new([.. messages.Items.SkipLast(1), message]), final);
    }

    public string Cut(string rendered)
    {
        var at = rendered.LastIndexOf(Mark.Trim(), StringComparison.Ordinal);
        if (at < 0 || !rendered.Contains(Final.Trim(), StringComparison.Ordinal))
        {
            throw Fault.Value(Set + "the final message does not appear in the chat after applying the chat template! "
                + "This can happen if the chat template deletes portions of the final message. Please verify the chat template and final "
                + "message in your chat to ensure they are compatible."
                + $"Final message to continue: {Final.Trim()}\nRendered chat:\n{rendered}");
        }

        var isWhole = rendered.AsSpan(at).StartsWith(Mark, StringComparison.Ordinal);
        return isWhole ? rendered[..at] : Whitespace.TrimEnd(rendered[..at]);
    }

    private static (object Marked, string Final) OfParts(ListValue parts)
    {
        for (var i = parts.Items.Count - 1; i >= 0; i--)
        {
            if (parts.Items[i] is not DictValue part || !part.TryGet("text", out var text) || text is not string final) continue;
            var marked = new DictValue();
            foreach (var (name, value) in part) marked[name] = value;
            marked["text"] = final + Mark;
            return (new ListValue([.. parts.Items.Take(i), marked, .. parts.Items.Skip(i + 1)]), final);
        }

        throw Fault.Value(Set + "we could not find any text to continue in the final message!");
    }
}
