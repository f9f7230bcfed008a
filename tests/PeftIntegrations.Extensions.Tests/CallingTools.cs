using System.Text.Json;
using System.Text.Json.Nodes;

namespace PeftIntegrations.Extensions.Tests;

public sealed class CallingTools : TinyChatTests
{
    private const string Call = """<tool_call>{"name": "weather", "arguments": {"city": "Oslo", "days": 2}}</tool_call>""";

    private static AIFunction Weather => AIFunctionFactory.Create((string city, int days) => $"{city}: snow for {days} days", "weather");

    private static ChatOptions With(params AITool[] tools) => new() { Tools = tools };

    [Fact]
    public async Task Gives_the_call_to_the_host()
    {
        var reply = await Client.GetResponseAsync([Hello], Saying(Call, With(Weather)), Cancellation);

        var call = Assert.Single(Assert.Single(reply.Messages).Contents.OfType<FunctionCallContent>());
        Assert.Equal(("weather", "Oslo", 2),
            (call.Name, ((JsonElement)call.Arguments!["city"]!).GetString(), ((JsonElement)call.Arguments["days"]!).GetInt32()));
        Assert.Equal((ChatFinishReason.ToolCalls, ""), (reply.FinishReason, reply.Text));
        Assert.Matches("^[a-z0-9]{9}$", call.CallId);
    }

    [Fact]
    public async Task Lets_no_part_of_a_call_out_as_text()
    {
        var updates = await Updates(Client, Saying($"I look. <tool>{Call}{Call}Done", With(Weather)), Hello);

        Assert.Equal("I look. <tool>Done", string.Concat(updates.Select(update => update.Text)));
        var calls = updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>();
        Assert.Equal(2, calls.DistinctBy(call => call.CallId).Count());
        Assert.DoesNotContain(updates, update => update.Text.Contains("<tool_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shows_what_was_no_call_after_all()
    {
        var broken = await Client.GetResponseAsync([Hello], Saying("<tool_call>{oh</tool_call> no", With(Weather)), Cancellation);
        var unasked = await Client.GetResponseAsync([Hello], Saying(Call), Cancellation);
        var without = new ChatOptions { Tools = [Weather], ToolMode = ChatToolMode.None };
        var none = await Client.GetResponseAsync([Hello], Saying(Call, without), Cancellation);

        Assert.Equal("<tool_call>{oh</tool_call> no", broken.Text);
        Assert.Equal((Call, Call), (unasked.Text, none.Text));
        Assert.All([broken, unasked, none], reply => Assert.Equal(ChatFinishReason.Stop, reply.FinishReason));
    }

    [Fact]
    public async Task Ends_with_the_first_call_where_several_are_not_allowed()
    {
        var options = Saying($"{Call}{Call}", new() { Tools = [Weather], AllowMultipleToolCalls = false });

        var reply = await Client.GetResponseAsync([Hello], options, Cancellation);

        Assert.Single(reply.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        Assert.Equal(ChatFinishReason.ToolCalls, reply.FinishReason);
        Assert.InRange(reply.Usage!.OutputTokenCount!.Value, Call.Length, Call.Length + 1);
    }

    [Fact]
    public async Task Goes_round_with_the_function_loop_of_the_host()
    {
        using var client = Client.AsBuilder().UseFunctionInvocation().Build();

        var reply = await client.GetResponseAsync([Hello], Saying([Call, "Snow."], With(Weather)), Cancellation);

        Assert.Equal("Snow.", reply.Text);
        Assert.Equal([ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant], reply.Messages.Select(message => message.Role));
        Assert.Contains("Oslo: snow for 2 days", reply.Messages[1].Contents.OfType<FunctionResultContent>().Single().Result!.ToString()!,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[TOOL_CALLS]", "[ARGS]", """[TOOL_CALLS]weather[ARGS]{"city": "Oslo", "days": 2}""")]
    [InlineData("<|tool_call|>", "<|/tool_call|>", """<|tool_call|>[{"name": "weather", "arguments": {"city": "Oslo"}}]<|/tool_call|>""")]
    public async Task Sees_the_marks_of_a_call_though_they_are_special_tokens(string mark, string other, string call)
    {
        var file = Path.Combine(ModelFolder, "tokenizer.json");
        var json = Core.JsonFile.Read(file);
        foreach (var (i, content) in new[] { mark, other }.Index())
        {
            const int unused = 2 + 0xC0; // of a byte that no text has
            json["added_tokens"]!.AsArray().Add(new JsonObject { ["id"] = unused + i, ["content"] = content, ["special"] = true });
        }

        Core.JsonFile.Write(file, json);
        var family = Plain with { ChatTemplate = $"{Template}{{# {mark} {other} tools #}}" };
        await using var model = await PeftModel.LoadAsync(ModelFolder, family, Cancellation);
        var options = With(Weather);
        options.RawRepresentationFactory = _ => Forced($"I look. {call}", model);

        var reply = await model.AsIChatClient().GetResponseAsync([Hello], options, Cancellation);

        Assert.True(model.Tokenizer.IsSpecial(model.Tokenizer.Encode(call, addSpecialTokens: false).Ids[0]));
        Assert.Equal("I look.", reply.Text.Trim());
        var told = Assert.Single(reply.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        Assert.Equal(("weather", "Oslo"), (told.Name, ((JsonElement)told.Arguments!["city"]!).GetString()));
    }

    [Fact]
    public async Task Writes_calls_and_results_as_the_template_knows_them()
    {
        ChatMessage[] history =
        [
            Hello,
            new(ChatRole.Assistant, [new FunctionCallContent("a1", "weather", new Dictionary<string, object?> { ["city"] = "Oslo" })]),
            new(ChatRole.Tool, [new FunctionResultContent("a1", new { sky = "grey" })]),
        ];
        var expected = Model.ChatFormat.Encode(
            [
                Data.ChatMessage.User("Hello"),
                new("assistant") { ToolCalls = [new("weather", new() { ["city"] = "Oslo" }, "a1")] },
                new("tool", """{"sky":"grey"}""") { ToolCallId = "a1", Name = "weather" },
            ],
            new() { Tools = [ToldWeather()], AddGenerationPrompt = true });

        var reply = await Client.GetResponseAsync(history, Saying("Grey.", With(Weather)), Cancellation);

        Assert.Equal(expected.Count, reply.Usage!.InputTokenCount);
    }

    private static JsonObject ToldWeather() => new()
    {
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = "weather",
            ["description"] = "",
            ["parameters"] = JsonNode.Parse(Weather.JsonSchema.GetRawText()),
        },
    };
}
