namespace PeftIntegrations.Data.Tests;

public sealed class AFileOfChats
{
    [Fact]
    public void Is_read_as_OpenAI_writes_it()
    {
        using var file = new Scratch(".jsonl", """
            {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yo"}]}

            {"tools": [{"name": "f"}], "messages": [{"role": "assistant", "tool_calls": [{"id": "1", "name": "f", "arguments": "{}"}]}]}
            """);

        var chats = Chats.FromFile(file.Path);

        Assert.Equal(["Hi", "Yo"], chats[0].Messages.Select(message => message.Content));
        Assert.Equal(("f", "1"), (chats[1].Messages[0].ToolCalls![0].Name, chats[1].Messages[0].ToolCalls![0].Id));
        Assert.Single(chats[1].Tools!);
    }

    [Fact]
    public void Is_refused_with_every_line_that_is_wrong()
    {
        using var file = new Scratch(".jsonl", """
            {"messages": [{"role": "user", "content": "Hi"}]}
            {"messages": []}
            {"messages": [{"content": "Hi"}]}
            {"messages": [{"role": "assistant", "content": 3}]}
            {"messages": "x"}
            {"text": "x"}
            {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{"}}]}]}
            {"messages": [{"role": "assistant", "role": "user"}]}
            {
            """);

        var e = Assert.Throws<InvalidDataException>(() => Chats.FromFile(file.Path));

        string[] expected =
        [
            "line 1: The assistant says nothing", "line 2: It has no message", "line 3: message 1: The field 'role' is missing",
            "line 4: message 1: 'content' must be a string", "line 5: The field 'messages' must be a list",
            "line 6: The field 'messages' is missing",
            "line 7: message 1: 'arguments' must be an object", "line 8: message 1: an object has a field twice", "line 9: ",
        ];
        Assert.All(expected, problem => Assert.Contains(problem, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Makes_rows_or_says_of_each_conversation_why_not()
    {
        var format = new ChatFormat(
            ChatTemplate.Parse("{% for m in messages %}{% if m.role == 'x' %}{{ raise_exception('no x') }}{% endif %}"
                + "<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"),
            Golden.Copy("smollm2"));
        Chat good = new([ChatMessage.User("a"), ChatMessage.Said("b")]);
        var wordy = ChatMessage.Said(new string('b', 100));
        Chat[] bad = [good, new([new("x", "a"), ChatMessage.Said("b")]), new([ChatMessage.User("a"), wordy])];

        var rows = ChatSequences.From(Chats.From([good]), format);
        var e = Assert.Throws<ArgumentException>(() => ChatSequences.From(Chats.From(bad), format, new() { MaxLength = 16 }));

        Assert.Single(rows);
        Assert.Contains("conversation 2: The chat template refuses these messages: no x", e.Message, StringComparison.Ordinal);
        Assert.Contains("conversation 3: It has ", e.Message, StringComparison.Ordinal);
        Assert.Contains("Overflow.Truncate", e.Message, StringComparison.Ordinal);
    }
}
