using System.Text.Json.Nodes;

namespace PeftIntegrations.Data.Tests;

public sealed class AChatFormat
{
    private const string ChatMl = "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{% endfor %}"
        + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private const string Marked = "{% for m in messages %}{% if m.role == 'assistant' %}<|im_start|>assistant\n"
        + "{% generation %}{{ m.content }}<|im_end|>{% endgeneration %}\n"
        + "{% else %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{% endif %}{% endfor %}";

    private const string Phi = "{% for m in messages %}{{ '[' + m.role + ']' + m.content + '<|im_end|>' }}{% endfor %}"
        + "{% if add_generation_prompt %}[assistant]{% else %}<|endoftext|>{% endif %}";

    private static readonly Tokenizer Tokenizer = Golden.Copy("smollm2");

    private static readonly Chat Chat = new(
    [
        ChatMessage.System("Be kind."), ChatMessage.User("Hello"), ChatMessage.Said("Good day."), ChatMessage.User("Bye"),
        ChatMessage.Said("So long 😀!"),
    ]);

    [Theory]
    [InlineData(ChatMl)]
    [InlineData(Marked)]
    [InlineData(Phi)]
    public void Trains_what_the_assistant_said_and_the_end_of_its_turn_alone(string template)
    {
        var format = new ChatFormat(ChatTemplate.Parse(template), Tokenizer);

        var row = format.EncodeForTraining(Chat);
        var pieces = format.Preview(Chat);

        Assert.Equal(format.Encode(Chat.Messages), row.Ids);
        Assert.All(row.Ids.Zip(row.Labels), pair => Assert.True(pair.Second == TokenSequence.Unsupervised || pair.Second == pair.First));
        Assert.Equal(
            ["Good day.<|im_end|>", template == Phi ? "So long 😀!<|im_end|><|endoftext|>" : "So long 😀!<|im_end|>"],
            pieces.Where(piece => piece.IsTrained).Select(piece => piece.Text));
        Assert.Equal(format.Render(Chat.Messages).Text, string.Concat(pieces.Select(piece => piece.Text)));
        Assert.Equal(
            string.Concat(pieces.Where(piece => piece.IsTrained).Select(piece => piece.Text)),
            Tokenizer.Decode(row.Labels.Where(label => label >= 0), skipSpecialTokens: false));
    }

    [Fact]
    public void Writes_special_tokens_as_their_ids_and_begins_the_text_once()
    {
        var llama = Golden.Copy("llama2");
        var format = new ChatFormat(ChatTemplate.Parse("<s>{{ messages[0].content }}</s>"), llama);

        var ids = format.Encode([ChatMessage.User("the cat")]);

        Assert.Equal(1, ids.Count(id => id == llama.IdOf("<s>")));
        Assert.Equal((llama.IdOf("<s>"), llama.IdOf("</s>")), (ids[0], ids[^1]));
    }

    [Fact]
    public void Is_refused_for_training_where_earlier_answers_are_written_otherwise()
    {
        var forgetful = "{% for m in messages %}{% if m.role == 'assistant' and not loop.last %}[gone]{% else %}[{{ m.content }}]"
            + "{% endif %}{% endfor %}";
        var format = new ChatFormat(ChatTemplate.Parse(forgetful), Tokenizer);

        var e = Assert.Throws<ArgumentException>(() => format.EncodeForTraining(Chat));

        Assert.Contains("message 3 is written otherwise", e.Message, StringComparison.Ordinal);
        Assert.Contains("{% generation %}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tells_the_model_of_tools_where_its_template_does_not()
    {
        var format = new ChatFormat(ChatTemplate.Parse(ChatMl), Tokenizer);
        var tool = new JsonObject { ["name"] = "add" };
        ChatMessage[] messages = [ChatMessage.User("1 + 1?"), new(ChatMessage.Assistant) { ToolCalls = [new("add", new() { ["a"] = 1 })] }];

        var text = format.Render(messages, new() { Tools = [tool] }).Text;

        Assert.Contains("<tools>\n{\"name\": \"add\"}\n</tools>", text, StringComparison.Ordinal);
        Assert.EndsWith(
            "assistant\n<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1}}\n</tool_call><|im_end|>\n",
            text, StringComparison.Ordinal);
    }
}
