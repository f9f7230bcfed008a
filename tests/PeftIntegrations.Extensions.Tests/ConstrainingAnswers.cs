using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace PeftIntegrations.Extensions.Tests;

public sealed class ConstrainingAnswers : TinyChatTests
{
    private static AIFunction Weather => AIFunctionFactory.Create(
        (Sky sky, [Range(1, 7)] int days) => $"{sky} for {days}", "weather");

    public enum Sky
    {
        Grey,
        Blue,
    }

    [Fact]
    public async Task To_a_type_gives_one_of_it_whatever_the_model_would_say()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var reply = await Client.GetResponseAsync<Forecast>(
                [Hello], new ChatOptions { Temperature = 1.5f, Seed = seed, MaxOutputTokens = 200 }, cancellationToken: Cancellation);

            Assert.True(Enum.IsDefined(reply.Result.Sky));
            Assert.Equal(ChatFinishReason.Stop, reply.FinishReason);
        }
    }

    [Fact]
    public async Task To_JSON_gives_some()
    {
        var reply = await Client.GetResponseAsync(
            [Hello], new() { ResponseFormat = ChatResponseFormat.Json, MaxOutputTokens = 40 }, Cancellation);

        Assert.True(JsonElement.Parse(reply.Text).ValueKind is JsonValueKind.Object or JsonValueKind.Array);
    }

    [Theory]
    [InlineData("<tool_call>")]
    [InlineData("[TOOL_CALLS]")]
    [InlineData("[TOOL_CALLS] [ARGS]")]
    [InlineData("<|tool_call|>")]
    [InlineData("<|start_header_id|> \"parameters\"")]
    public async Task To_a_call_gives_one_whose_arguments_fit_in_every_family(string mark)
    {
        var family = Plain with { ChatTemplate = $"{Template}{{# {mark} tools #}}" };
        await using var model = await PeftModel.LoadAsync(ModelFolder, family, Cancellation);
        using var client = model.AsIChatClient().AsBuilder().UseFunctionInvocation().Build();
        var options = new ChatOptions { Tools = [Weather], ToolMode = ChatToolMode.RequireAny, MaxOutputTokens = 120 };

        var reply = await client.GetResponseAsync([Hello], options, Cancellation);

        var result = reply.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().First();
        Assert.Matches("^(Grey|Blue) for [1-7]$", result.Result!.ToString());
    }

    [Fact]
    public async Task To_a_named_tool_calls_that_one()
    {
        var options = new ChatOptions { Tools = [Weather, AIFunctionFactory.Create(() => 1, "one")], MaxOutputTokens = 60 };
        options.ToolMode = ChatToolMode.RequireSpecific("one");

        var reply = await Client.GetResponseAsync([Hello], options, Cancellation);

        Assert.Equal("one", reply.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Single().Name);
    }

    [Fact]
    public async Task To_what_does_not_fit_the_limit_is_refused()
    {
        var tight = await Assert.ThrowsAsync<ArgumentException>(() => Client.GetResponseAsync(
            [Hello], new() { Tools = [Weather], ToolMode = ChatToolMode.RequireAny, MaxOutputTokens = 20 }, Cancellation));

        Assert.Contains("20 may be generated", tight.Message, StringComparison.Ordinal);
        Assert.NotEmpty((await Client.GetResponseAsync([Hello], Brief(), Cancellation)).Text);
    }

    [Theory]
    [InlineData("<tool_call>")]
    [InlineData("[TOOL_CALLS] [ARGS]")]
    [InlineData("<|start_header_id|> \"parameters\"")]
    public async Task To_a_type_where_tools_may_be_called_gives_a_call_or_one_of_it(string mark)
    {
        var family = Plain with { ChatTemplate = $"{Template}{{# {mark} tools #}}" };
        await using var model = await PeftModel.LoadAsync(ModelFolder, family, Cancellation);
        var schema = ChatResponseFormat.ForJsonSchema<Forecast>();
        var (calls, answers) = (0, 0);
        for (var seed = 0; seed < 12; seed++)
        {
            var options = new ChatOptions
            {
                Tools = [Weather],
                ResponseFormat = schema,
                Temperature = 5,
                Seed = seed,
                MaxOutputTokens = 150,
            };

            var reply = await model.AsIChatClient().GetResponseAsync([Hello], options, Cancellation);

            var call = reply.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().SingleOrDefault();
            if (call is null) Assert.True(JsonElement.Parse(reply.Text).TryGetProperty("sky", out _), reply.Text);
            else Assert.Equal(("weather", ""), (call.Name, reply.Text.Trim()));
            (calls, answers) = call is null ? (calls, answers + 1) : (calls + 1, answers);
        }

        Assert.True(calls > 0 && answers > 0, $"{calls} calls, {answers} answers");
    }

    private sealed record Forecast(Sky Sky, [property: Range(0, 7)] int Days);
}
