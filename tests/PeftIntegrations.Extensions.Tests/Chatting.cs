namespace PeftIntegrations.Extensions.Tests;

public sealed class Chatting : TinyChatTests
{
    [Fact]
    public async Task Says_the_same_whether_it_is_streamed_or_not()
    {
        var options = new ChatOptions { MaxOutputTokens = 20, Temperature = 1, Seed = 7 };

        var whole = await Client.GetResponseAsync([Hello], options, Cancellation);
        var updates = await Updates(Client, options, Hello);

        Assert.NotEmpty(whole.Text);
        Assert.Equal(whole.Text, string.Concat(updates.Select(update => update.Text)));
        Assert.True(updates.Count > 10);
        Assert.Single(updates.Select(update => (update.ResponseId, update.MessageId, update.CreatedAt, update.ModelId)).Distinct());
        Assert.Equal("tiny", whole.ModelId);
        Assert.Equal(ChatFinishReason.Length, whole.FinishReason);
    }

    [Fact]
    public async Task Reads_the_conversation_as_the_template_writes_it()
    {
        var prompt = Model.Tokenizer.Encode(
            "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n", addSpecialTokens: false);

        var reply = await Client.GetResponseAsync([Hello], new() { Instructions = "Be kind.", MaxOutputTokens = 12 }, Cancellation);

        var parts = new List<StreamedText>();
        await foreach (var part in Model.StreamAsync(prompt.Ids, new() { MaxNewTokens = 12 }, Cancellation)) parts.Add(part);
        Assert.Equal(parts[^1].Whole!.Text, reply.Text);
        Assert.Equal((prompt.Ids.Count, 12, prompt.Ids.Count + 12),
            (reply.Usage!.InputTokenCount, reply.Usage.OutputTokenCount, reply.Usage.TotalTokenCount));
    }

    [Fact]
    public async Task Ends_where_the_model_or_a_stop_sequence_does()
    {
        var ended = await Client.GetResponseAsync([Hello], Saying("Good day to you."), Cancellation);
        var stopped = await Client.GetResponseAsync([Hello], Saying("Good day to you.", new() { StopSequences = [" to"] }), Cancellation);

        Assert.Equal(("Good day to you.", ChatFinishReason.Stop), (ended.Text, ended.FinishReason));
        Assert.Equal(("Good day", ChatFinishReason.Stop), (stopped.Text, stopped.FinishReason));
    }
}
