namespace PeftIntegrations.Data.Tests;

public sealed class ToolCallsOfEveryFamily
{
    private static readonly ToolCall Weather = new("get_weather", new() { ["city"] = "Paris }]</s> \"é\"" });
    private static readonly ToolCall Sum = new("add", new() { ["a"] = 1, ["b"] = new System.Text.Json.Nodes.JsonArray(2.5) });

    public static TheoryData<string> Families => ["Hermes", "Llama3", "Mistral", "MistralBare", "Phi"];

    [Theory, MemberData(nameof(Families))]
    public void Are_read_as_they_are_written(string family)
    {
        var format = Format(family);

        var (text, calls) = Read(format, [format.Write([Weather, Sum])]);

        Assert.Equal("", text);
        Assert.Equal($"{Shown(Weather)}; {Shown(Sum)}", calls);
    }

    [Theory, MemberData(nameof(Families))]
    public void Are_the_same_wherever_the_stream_is_cut(string family)
    {
        var format = Format(family);
        var text = (family == "Llama3" ? "" : "Let me [look] {here} <tool>.\n") + format.Write([Weather, Sum]);
        var whole = Read(format, [text]);

        Assert.All(Enumerable.Range(0, text.Length), cut => Assert.Equal(whole, Read(format, [text[..cut], text[cut..]])));
        Assert.Equal(whole, Read(format, text.Select(c => $"{c}")));
        Assert.Equal($"{Shown(Weather)}; {Shown(Sum)}", whole.Calls);
    }

    [Theory]
    [InlineData("Hermes", "a <tool_call>{\"name\": 1}</tool_call> b")]
    [InlineData("Hermes", "a <tool_call>\n{\"name\": \"x\"")]
    [InlineData("Hermes", "a < b <tool")]
    [InlineData("Llama3", "{\"answer\": 42}")]
    [InlineData("Llama3", " {\"name\": \"x\"")]
    [InlineData("Llama3", "The set {1, 2}; {\"name\": \"f\", \"parameters\": {}}")]
    [InlineData("Mistral", "[{\"a\": 1}]")]
    [InlineData("Mistral", "see [TOOL_CALLS] none")]
    [InlineData("Phi", "<|tool_call|>nothing<|/tool_call|>")]
    public void Are_none_where_the_text_only_looks_alike(string family, string text)
    {
        var format = Format(family);

        Assert.Equal((text, ""), Read(format, [text]));
        Assert.Equal(text, Read(format, text.Select(c => $"{c}")).Text);
    }

    [Theory]
    [InlineData("Hermes", "<tool_call>[{\"name\": \"f\", \"arguments\": {}}, {\"name\": \"g\", \"arguments\": {\"x\": 1}}]</tool_call>", 2)]
    [InlineData("Hermes", "<tool_call>\n{\"name\": \"f\", \"arguments\": \"{}\"}", 1)]
    [InlineData("Llama3", "<|python_tag|>{\"name\": \"f\", \"parameters\": {\"x\": 1}}", 1)]
    [InlineData("Mistral", "[TOOL_CALLS]f[ARGS]{\"x\": {\"y\": 1}}[TOOL_CALLS]g[ARGS]{}", 2)]
    [InlineData("MistralBare", "[TOOL_CALLS]f[CALL_ID]abc123def[ARGS]{\"x\": 1}", 1)]
    [InlineData("Mistral", " [{\"name\": \"f\", \"arguments\": {}, \"id\": \"abc123def\"}]", 1)]
    public void Are_read_in_the_other_ways_of_their_family(string family, string text, int calls)
    {
        var format = Format(family);

        Assert.Equal(calls, Read(format, [text]).Calls.Split(';').Length);
        Assert.Equal(calls, Read(format, text.Select(c => $"{c}")).Calls.Split(';').Length);
    }

    [Theory]
    [InlineData("<tool_call> {{ tools }}", typeof(Hermes))]
    [InlineData("{{ '<|im_start|>' + messages[0].content }}", typeof(Hermes))]
    [InlineData("<|start_header_id|> \"parameters\": tools", typeof(Llama3))]
    [InlineData("[AVAILABLE_TOOLS] [TOOL_CALLS]", typeof(Mistral))]
    [InlineData("[AVAILABLE_TOOLS] [TOOL_CALLS] [ARGS]", typeof(MistralBare))]
    [InlineData("<|user|><|end|>", typeof(Phi))]
    [InlineData("### Instruction", null)]
    [InlineData("<tool_call><function=x>", null)]
    public void Are_chosen_by_the_template(string template, Type? format)
    {
        var chosen = ToolCallFormats.For(ChatTemplate.Parse($"{{% raw %}}{template}{{% endraw %}}"));

        Assert.Equal(format, chosen?.GetType());
    }

    private static IToolCallFormat Format(string family) => family switch
    {
        "Hermes" => new Hermes(),
        "Llama3" => new Llama3(),
        "Mistral" => new Mistral(),
        "MistralBare" => new MistralBare(),
        _ => new Phi(),
    };

    private static string Shown(ToolCall call) => $"{call.Name} {call.Arguments.ToJsonString()}";

    private static (string Text, string Calls) Read(IToolCallFormat format, IEnumerable<string> pieces)
    {
        var reader = new ToolCallReader(format);
        var text = string.Concat([.. pieces.Select(reader.Push), reader.Flush()]);
        return (text, string.Join("; ", reader.Calls.Select(Shown)));
    }
}
