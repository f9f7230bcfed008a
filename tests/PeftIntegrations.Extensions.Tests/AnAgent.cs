using Microsoft.Agents.AI;

namespace PeftIntegrations.Extensions.Tests;

public sealed class AnAgent : TinyChatTests
{
    private const string Call = """<tool_call>{"name": "weather", "arguments": {"city": "Oslo"}}</tool_call>""";

    [Fact]
    public async Task Calls_its_tool_and_answers_by_the_result()
    {
        var cities = new List<string>();
        var weather = AIFunctionFactory.Create(Weather, "weather");
        var agent = new ChatClientAgent(Client, instructions: "Use the tool.", name: "meteorologist", tools: [weather]);

        var reply = await agent.RunAsync(
            "Is there snow?", options: new ChatClientAgentRunOptions(Saying([Call, "Yes, snow."])), cancellationToken: Cancellation);

        Assert.Equal("Yes, snow.", reply.Text);
        Assert.Equal(["Oslo"], cities);

        string Weather(string city)
        {
            cities.Add(city);
            return "snow";
        }
    }

    [Fact]
    public async Task Remembers_the_conversation_in_its_session()
    {
        var agent = new ChatClientAgent(Client, instructions: "Be brief.");
        var session = await agent.CreateSessionAsync(Cancellation);
        var options = new ChatClientAgentRunOptions(Saying("Good."));

        var first = await agent.RunAsync("Hello", session, options, Cancellation);
        var second = await agent.RunAsync("And you?", session, options, Cancellation);

        Assert.True(second.Usage!.InputTokenCount > first.Usage!.InputTokenCount + "Hello".Length);
    }

    [Fact]
    public async Task Shares_its_model_with_another_that_has_another_adapter()
    {
        await Train("a");
        await Train("b", seed: 2);
        var (a, b) = (new ChatClientAgent(Model.AsIChatClient("a")), new ChatClientAgent(Model.AsIChatClient("b")));
        var brief = new ChatClientAgentRunOptions(Brief());
        string[] adapters = ["a", "b"];
        var expected = await Task.WhenAll(adapters.Select(adapter => Client.GetResponseAsync([Hello], Brief(adapter), Cancellation)));

        var said = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            i => (i % 2 == 0 ? a : b).RunAsync("Hello", options: brief, cancellationToken: Cancellation)));

        Assert.NotEqual(expected[0].Text, expected[1].Text);
        Assert.All(said.Index(), reply => Assert.Equal(expected[reply.Index % 2].Text, reply.Item.Text));
    }
}
