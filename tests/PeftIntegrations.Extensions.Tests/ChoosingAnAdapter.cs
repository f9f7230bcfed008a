using PeftIntegrations.Core;

namespace PeftIntegrations.Extensions.Tests;

public sealed class ChoosingAnAdapter : TinyChatTests
{
    [Fact]
    public async Task Is_done_by_model_id_property_or_own_options()
    {
        await Train("a");
        var (plain, adapted) = (await Say(Client, Brief()), await Say(Model.AsIChatClient("a"), Brief()));
        var byProperty = Brief();
        byProperty.AdditionalProperties = new() { ["peft_adapter"] = "a" };
        var byRaw = Brief("tiny");
        byRaw.RawRepresentationFactory = _ => new GenerationOptions { Adapter = Composition.Of("a") };

        ChatOptions[] asking = [Brief("a"), Brief("tiny:a"), byProperty, byRaw];
        var texts = await Task.WhenAll(asking.Select(options => Say(Client, options)));

        Assert.NotEqual(plain.Text, adapted.Text);
        Assert.Equal(("tiny", "tiny:a"), (plain.ModelId, adapted.ModelId));
        Assert.All(texts, reply => Assert.Equal((adapted.Text, "tiny:a"), (reply.Text, reply.ModelId)));
        Assert.Equal(plain.Text, (await Say(Model.AsIChatClient("a"), Brief("tiny"))).Text);
    }

    [Theory]
    [InlineData("b")]
    [InlineData("tiny:b")]
    [InlineData("gpt-4o")]
    public async Task That_is_not_there_is_an_error_and_no_answer(string modelId)
    {
        await Train("a");

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Say(Client, Brief(modelId)));
        var byClient = await Assert.ThrowsAsync<ArgumentException>(() => Say(Model.AsIChatClient("b"), Brief()));

        Assert.Contains(modelId.Split(':')[^1], e.Message, StringComparison.Ordinal);
        Assert.Contains("Loaded: a", e.Message, StringComparison.Ordinal);
        Assert.Contains("Loaded: a", byClient.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Per_client_gives_everyone_their_own_answers_at_once()
    {
        await Train("a");
        await Train("b", seed: 2);
        string?[] adapters = [null, "a", "b"];
        var alone = new List<string>();
        foreach (var adapter in adapters) alone.Add((await Say(Model.AsIChatClient(adapter), Brief())).Text);

        var asked = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Say(Model.AsIChatClient(adapters[i % 3]), Brief())));

        Assert.Equal(3, alone.Distinct().Count());
        Assert.All(asked.Index(), reply => Assert.Equal(alone[reply.Index % 3], reply.Item.Text));
    }

    [Fact]
    public void Is_told_to_the_host_by_the_clients_own_id()
    {
        var client = Model.AsIChatClient("support");

        var metadata = client.GetRequiredService<ChatClientMetadata>();

        Assert.Equal(("peftintegrations", "support"), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Same(Model, client.GetService<PeftModel>());
        Assert.Same(Model.Tokenizer, client.GetService<Data.Tokenizer>());
        Assert.Same(client, client.GetService<PeftChatClient>());
        Assert.Null(client.GetService<PeftModel>("key"));
        Assert.Null(client.GetService<string>());
    }

    private static Task<ChatResponse> Say(IChatClient client, ChatOptions options) =>
        client.GetResponseAsync([Hello], options, Cancellation);
}
