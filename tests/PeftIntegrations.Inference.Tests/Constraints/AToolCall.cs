using System.Text.Json;

namespace PeftIntegrations.Inference;

public sealed class AToolCall
{
    private const string Weather = """
        {"type": "object", "properties": {"city": {"$ref": "#/$defs/city"}}, "required": ["city"], "$defs": {"city": {"type": "string"}}}
        """;

    private const string Roll = """{"type": "object", "properties": {"sides": {"$ref": "#/$defs/n"}}, "$defs": {"n": {"enum": [6, 20]}}}""";

    private static readonly ToolSignature[] Tools =
        [new("weather", JsonElement.Parse(Weather)), new("roll", JsonElement.Parse(Roll)), new("now"), new("log", JsonElement.Parse("{}"))];

    [Theory]
    [InlineData("<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>", true)]
    [InlineData("<tool_call>\n{\"name\": \"roll\", \"arguments\": {\"sides\": 20}}\n</tool_call>", true)]
    [InlineData("<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>", true)]
    [InlineData("<tool_call>\n{\"name\": \"log\", \"arguments\": {\"x\": [1]}}\n</tool_call>", true)]
    [InlineData("<tool_call>\n{\"name\": \"now\", \"arguments\": {\"x\": 1}}\n</tool_call>", false)]
    [InlineData("<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"sides\": 20}}\n</tool_call>", false)]
    [InlineData("<tool_call>\n{\"name\": \"weather\", \"arguments\": {}}\n</tool_call>", false)]
    [InlineData("<tool_call>\n{\"name\": \"other\", \"arguments\": {}}\n</tool_call>", false)]
    [InlineData("{\"name\": \"now\", \"arguments\": {}}", false)]
    public void Names_one_of_the_tools_with_arguments_that_fit_it(string text, bool fits) =>
        Assert.Equal(fits, Writer.Fits(TextConstraint.ToolCall(Tools), text));

    [Fact]
    public void Is_written_as_the_family_does()
    {
        var layout = new ToolCallLayout { Prefix = "[TOOL_CALLS][", Suffix = "]", NameKey = "function", ArgumentsKey = "parameters" };

        var constraint = TextConstraint.ToolCall(Tools, layout);

        Assert.True(Writer.Fits(constraint, """[TOOL_CALLS][{"function": "now", "parameters": {}}]"""));
    }

    [Theory]
    [InlineData("smollm2")]
    [InlineData("llama2")]
    public void Can_be_read_whatever_the_scores(string tokenizer)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var options = new GenerationOptions { Seed = seed, Temperature = 1, TopK = 0, MaxNewTokens = 150 };

            var (text, _, ended) = Writer.Write(TextConstraint.ToolCall(Tools), Writer.Tokenizer(tokenizer), options, Writer.Random(seed));

            Assert.True(ended);
            using var call = JsonDocument.Parse(text.Trim()["<tool_call>\n".Length..^"\n</tool_call>".Length]);
            var tool = Tools.Single(one => one.Name == call.RootElement.GetProperty("name").GetString());
            Assert.True(Writer.IsValid(tool.Schema.GetRawText(), call.RootElement.GetProperty("arguments").GetRawText()), text);
        }
    }

    [Fact]
    public void Is_a_bare_name_and_its_arguments_where_the_family_writes_so()
    {
        var layout = new ToolCallLayout { Prefix = "[TOOL_CALLS]", Between = "[ARGS]", Suffix = "" };

        var constraint = TextConstraint.ToolCall(Tools, layout);

        Assert.True(Writer.Fits(constraint, """[TOOL_CALLS]roll[ARGS]{"sides": 6}"""));
        Assert.False(Writer.Fits(constraint, """[TOOL_CALLS]roll[ARGS]{"sides": 7}"""));
        Assert.False(Writer.Fits(constraint, """[TOOL_CALLS]other[ARGS]{}"""));
    }

    [Theory]
    [InlineData("smollm2")]
    [InlineData("llama2")]
    public void Or_an_answer_is_one_of_the_two_whatever_the_scores(string tokenizer)
    {
        const string answer = """{"type": "object", "properties": {"sky": {"enum": ["grey", "blue"]}}, "required": ["sky"]}""";
        const string begin = "<tool_call>\n", end = "\n</tool_call>";
        var either = TextConstraint.ToolCall(Tools).Or(TextConstraint.JsonSchema(answer));
        var calls = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var options = new GenerationOptions { Seed = seed, Temperature = 1, TopK = 0, MaxNewTokens = 150 };

            var (text, _, ended) = Writer.Write(either, Writer.Tokenizer(tokenizer), options, Writer.Random(seed));

            Assert.True(ended);
            text = text.Trim();
            if (!text.StartsWith('<'))
            {
                Assert.True(Writer.IsValid(answer, text), text);
                continue;
            }

            calls++;
            using var call = JsonDocument.Parse(text[begin.Length..^end.Length]);
            var tool = Tools.Single(one => one.Name == call.RootElement.GetProperty("name").GetString());
            Assert.True(Writer.IsValid(tool.Schema.GetRawText(), call.RootElement.GetProperty("arguments").GetRawText()), text);
        }

        Assert.InRange(calls, 1, 59);
    }

    [Fact]
    public void Begins_with_a_special_token_where_its_name_is_in_the_prefix_and_nowhere_else()
    {
        var tokenizer = Writer.Tokenizer("smollm2");
        var special = Enumerable.Range(0, tokenizer.VocabularySize).First(tokenizer.IsSpecial);
        var name = tokenizer.TokenOf(special);
        var masks = TextConstraint.ToolCall(Tools, new() { Prefix = name, Suffix = "" }).For(TokenTrie.Of(tokenizer, [], 5000));
        var text = TextConstraint.JsonSchema("""{"type": "string"}""").For(TokenTrie.Of(tokenizer, [], 5000));

        var atStart = masks.Needs(masks.Start, isFirst: true)[special];
        var afterIt = masks.Needs(masks.After(masks.Start, System.Text.Encoding.UTF8.GetBytes(name)), isFirst: true)[special];
        var inText = text.Needs(text.After(text.Start, "\""u8), isFirst: false)[special];

        Assert.InRange(atStart, 1, TokenMasks.Never - 1);
        Assert.Equal((TokenMasks.Never, TokenMasks.Never), (afterIt, inText));
    }

    [Fact]
    public void Is_refused_with_the_problems_of_all_tools()
    {
        ToolSignature[] tools = [new("a", JsonElement.Parse("""{"not": {}}""")), new("b", JsonElement.Parse("""{"pattern": "x"}"""))];

        var problem = Assert.Throws<ArgumentException>(() => TextConstraint.ToolCall(tools));

        Assert.Contains("a#: 'not'", problem.Message, StringComparison.Ordinal);
        Assert.Contains("b#: 'pattern'", problem.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TextConstraint.ToolCall([]));
    }
}
