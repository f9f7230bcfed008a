using PeftIntegrations.Data;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace PeftIntegrations.Extensions.Tests;

public sealed class ARequest : TinyChatTests
{
    [Fact]
    public async Task That_contradicts_itself_is_told_all_that_is_wrong()
    {
        var options = new ChatOptions
        {
            Temperature = -1,
            TopP = 2,
            MaxOutputTokens = 0,
            StopSequences = [""],
            ToolMode = ChatToolMode.RequireAny,
            ResponseFormat = ChatResponseFormat.Json,
            ConversationId = "c7",
        };

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Client.GetResponseAsync(
            [new(ChatRole.User, [new UriContent("http://localhost/a.png", "image/png")])], options, Cancellation));

        string[] told = ["Temperature", "TopP", "MaxNewTokens", "Stop", "no tool is given", "ResponseFormat", "c7", "UriContent"];
        Assert.All(told, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_a_required_tool_that_is_given()
    {
        var one = AIFunctionFactory.Create(() => 1, "one");
        var options = new ChatOptions { Tools = [one], ToolMode = ChatToolMode.RequireSpecific("two") };

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Client.GetResponseAsync([Hello], options, Cancellation));

        Assert.Contains("A call of 'two' is required, and the tools are one.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_the_options_of_the_host_as_they_were()
    {
        var options = new ChatOptions { Instructions = "Be kind.", MaxOutputTokens = 4, ModelId = "tiny", StopSequences = ["x"] };

        await Client.GetResponseAsync([Hello], options, Cancellation);

        Assert.Equal(
            ("Be kind.", 4, "tiny", 1), (options.Instructions, options.MaxOutputTokens, options.ModelId, options.StopSequences.Count));
        Assert.Null(options.AdditionalProperties);
    }

    [Fact]
    public async Task Sets_what_the_model_draws_by()
    {
        var wild = new ChatOptions { MaxOutputTokens = 16, Temperature = 50, Seed = 3 };
        var (one, again) = (await Text(wild), await Text(wild));
        wild.Seed = 4;
        var another = await Text(wild);
        wild.TopK = 1;
        var best = await Text(wild);
        var greedy = await Text(new() { MaxOutputTokens = 16 });
        var penalised = await Text(new() { MaxOutputTokens = 16, FrequencyPenalty = 2, PresencePenalty = 2 });

        Assert.Equal(one, again);
        Assert.NotEqual(one, another);
        Assert.Equal(greedy, best);
        Assert.NotEqual(greedy, penalised);
    }

    [Fact]
    public async Task Whose_messages_the_template_refuses_says_so_and_the_client_goes_on()
    {
        await using var model = await PeftModel.LoadAsync(
            ModelFolder, Plain with { ChatTemplate = "{{ raise_exception('no system, please') if messages[0].role == 'system' }}x" },
            Cancellation);
        var client = model.AsIChatClient();

        var e = await Assert.ThrowsAsync<ChatTemplateException>(
            () => client.GetResponseAsync([new(ChatRole.System, "a"), Hello], Brief(), Cancellation));

        Assert.Contains("no system, please", e.Message, StringComparison.Ordinal);
        Assert.NotEmpty((await client.GetResponseAsync([Hello], Brief(), Cancellation)).Text);
    }

    [Fact]
    public async Task To_a_model_without_a_template_says_how_to_give_one()
    {
        await using var model = await PeftModel.LoadAsync(ModelFolder, Plain with { ChatTemplate = null }, Cancellation);

        var e = await Assert.ThrowsAsync<InvalidOperationException>(
            () => model.AsIChatClient().GetResponseAsync([Hello], Brief(), Cancellation));

        Assert.Contains("PeftModelOptions.ChatTemplate", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Joins_what_is_said_of_behaviour_into_one_message()
    {
        ChatMessage[] messages = [new(ChatRole.System, "One."), new(new("developer"), "Two."), Hello];
        var expected = Model.ChatFormat.Encode(
            [Data.ChatMessage.System("Zero.\n\nOne.\n\nTwo."), Data.ChatMessage.User("Hello")], new() { AddGenerationPrompt = true });

        var reply = await Client.GetResponseAsync(messages, new() { Instructions = "Zero.", MaxOutputTokens = 1 }, Cancellation);

        Assert.Equal(expected.Count, reply.Usage!.InputTokenCount);
    }

    private async Task<string> Text(ChatOptions options) => (await Client.GetResponseAsync([Hello], options, Cancellation)).Text;
}
