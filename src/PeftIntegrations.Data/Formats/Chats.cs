using System.Collections;

namespace PeftIntegrations.Data;

/// <summary>A data set of conversations, of which what the assistant said is learnt. Never empty.</summary>
public sealed class Chats : IReadOnlyList<Chat>, IExamples
{
    private readonly Chat[] _chats;

    private Chats(ExampleSource source, IEnumerable<ExampleRow<Chat>> rows) => _chats = source.Good(rows, ProblemOf);

    /// <inheritdoc/>
    public int Count => _chats.Length;

    /// <inheritdoc/>
    public Chat this[int index] => _chats[index];

    /// <summary>Conversations in memory.</summary>
    /// <exception cref="ArgumentException">
    /// There is none, or in some the assistant says nothing; the message lists the places.
    /// </exception>
    public static Chats From(IEnumerable<Chat> chats)
    {
        ArgumentNullException.ThrowIfNull(chats);
        return new(ExampleSource.Memory(nameof(chats)), ExampleSource.Rows(chats));
    }

    /// <summary>
    /// Reads a <c>.jsonl</c> file as OpenAI lays it out: an object a line, with <c>messages</c>, and with <c>tools</c> where there are any.
    /// </summary>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    /// <exception cref="InvalidDataException">The file is empty, or lines are bad; the message lists them.</exception>
    public static Chats FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(ExampleSource.File(path), FileFormats<IChatFileFormat>.For(path).Read(path));
    }

    /// <inheritdoc/>
    public IEnumerator<Chat> GetEnumerator() => _chats.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string? ProblemOf(Chat chat) =>
        chat.Messages.Count == 0 ? "It has no message. Leave it out."
        : chat.Messages.Any(Speaks) ? null
        : "The assistant says nothing in it, so nothing is learnt. Leave it out, or add an answer.";

    private static bool Speaks(ChatMessage message) => message.Role == ChatMessage.Assistant
        && (!string.IsNullOrWhiteSpace(message.Content) || message.ToolCalls is { Count: > 0 } || message.Parts is { Count: > 0 });
}
