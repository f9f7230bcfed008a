using System.Text.Json.Nodes;

namespace PeftIntegrations.Data.Tests;

public sealed class AChatTemplate : IDisposable
{
    private const string Plain = "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
        + "{% if add_generation_prompt %}>{% endif %}";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Is_found_in_the_tokenizer_configuration()
    {
        var config = new JsonObject { ["bos_token"] = new JsonObject { ["content"] = "<s>" }, ["chat_template"] = Plain };
        Write("tokenizer_config.json", config.ToJsonString());

        var rendered = ChatTemplate.FromFolder(_folder.FullName)!.Render([ChatMessage.User("Hi")], new() { AddGenerationPrompt = true });

        Assert.Equal("<s>[user]Hi>", rendered.Text);
    }

    [Fact]
    public void Is_chosen_by_name_where_there_are_several()
    {
        var list = new JsonArray(
            new JsonObject { ["name"] = "default", ["template"] = "plain" },
            new JsonObject { ["name"] = "tool_use", ["template"] = "{{ tools|length }} tools" });
        Write("tokenizer_config.json", new JsonObject { ["chat_template"] = list }.ToJsonString());

        var template = ChatTemplate.FromFolder(_folder.FullName)!;

        Assert.Equal("plain", template.Render([]).Text);
        Assert.Equal("1 tools", template.Render([], new() { Tools = [[]] }).Text);
    }

    [Fact]
    public void Is_the_file_of_its_own_before_all_others()
    {
        Write("tokenizer_config.json", """{"chat_template": "config"}""");
        Write("chat_template.json", """{"chat_template": "old"}""");
        var config = ChatTemplate.FromFolder(_folder.FullName)!.Render([]).Text;
        File.Delete(Path.Combine(_folder.FullName, "tokenizer_config.json"));
        var old = ChatTemplate.FromFolder(_folder.FullName)!.Render([]).Text;
        Write("tokenizer_config.json", """{"chat_template": "config"}""");
        Write("chat_template.jinja", "file");

        var file = ChatTemplate.FromFolder(_folder.FullName)!.Render([]).Text;

        Assert.Equal(("config", "old", "file"), (config, old, file));
    }

    [Fact]
    public void Is_absent_where_a_folder_has_none()
    {
        Assert.Null(ChatTemplate.FromFolder(_folder.FullName));
        Assert.Null(ChatTemplate.FromGguf(new Dictionary<string, object>()));
    }

    [Fact]
    public void Is_found_in_a_GGUF_file()
    {
        var metadata = new Dictionary<string, object>
        {
            ["tokenizer.chat_template"] = Plain,
            ["tokenizer.chat_templates"] = new[] { "tool_use" },
            ["tokenizer.chat_template.tool_use"] = "{{ eos_token }}",
            ["tokenizer.ggml.tokens"] = new[] { "<unk>", "<s>", "</s>" },
            ["tokenizer.ggml.bos_token_id"] = 1u,
            ["tokenizer.ggml.eos_token_id"] = 2u,
        };

        var template = ChatTemplate.FromGguf(metadata)!;

        Assert.Equal("<s>[user]a", template.Render([ChatMessage.User("a")]).Text);
        Assert.Equal("</s>", template.Render([], new() { Tools = [] }).Text);
    }

    [Theory]
    [InlineData("""{"chat_template": 3}""")]
    [InlineData("""{"chat_template": [{"name": "a"}]}""")]
    [InlineData("{")]
    public void Of_a_damaged_file_is_refused_with_its_path(string json)
    {
        Write("tokenizer_config.json", json);

        var e = Assert.Throws<InvalidDataException>(() => ChatTemplate.FromFolder(_folder.FullName));

        Assert.Contains("tokenizer_config.json", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_why_it_refuses_and_where_it_cannot_be_read()
    {
        var raising = ChatTemplate.Parse("{{ raise_exception('roles must alternate') }}");

        var refusal = Assert.Throws<ChatTemplateException>(() => raising.Render([]));
        var damage = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse("a\n\n{% if x %}"));
        var failure = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse("{{ missing.field }}").Render([]));

        Assert.Equal("The chat template refuses these messages: roles must alternate", refusal.Message);
        Assert.Contains("in line 3", damage.Message, StringComparison.Ordinal);
        Assert.Contains("'missing' is undefined", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sees_messages_with_all_their_fields_and_none_that_is_null()
    {
        var template = ChatTemplate.Parse("{{ messages|tojson }}");
        var message = ChatMessage.FromJson((JsonObject)JsonNode.Parse(
            """
            {"role": "assistant", "content": null, "weight": 1,
             "tool_calls": [{"id": "x", "function": {"name": "f", "arguments": "{\"a\": 1}"}}]}
            """)!);

        var text = template.Render([message]).Text;

        Assert.Equal(
            "[{'role': 'assistant', 'tool_calls': [{'type': 'function', 'id': 'x', 'function': "
                + "{'name': 'f', 'arguments': {'a': 1}}}], 'weight': 1}]",
            text.Replace('"', '\''));
    }

    [Fact]
    public void Leaves_the_last_message_open_where_it_is_to_be_continued()
    {
        var template = ChatTemplate.Parse("{% for m in messages %}<{{ m.content | trim }}>{% endfor %}");

        var text = template.Render([ChatMessage.User("a"), ChatMessage.Said("The answer is ")], new() { ContinueFinalMessage = true }).Text;

        Assert.Equal("<a><The answer is", text);
    }

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder.FullName, name), content);
}
