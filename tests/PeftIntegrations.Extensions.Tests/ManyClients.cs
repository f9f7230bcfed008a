namespace PeftIntegrations.Extensions.Tests;

public sealed class ManyClients : TinyChatTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Get_their_answers_while_others_leave_in_the_middle()
    {
        var alone = (await Client.GetResponseAsync([Hello], Brief(), Cancellation)).Text;

        var asked = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => Ask(leaves: i % 10 < 3), Cancellation)));

        Assert.Equal(60, asked.Count(text => text is null));
        Assert.All(asked.OfType<string>(), text => Assert.Equal(alone, text));
        Assert.Equal(0, Model.QueuedRequests);
    }

    [Fact]
    public async Task That_leave_while_they_wait_are_let_go_at_once()
    {
        await using var model = await PeftModel.LoadAsync(ModelFolder, Plain with { MaxBatchedRequests = 1 }, Cancellation);
        using var served = new CancellationTokenSource();
        var running = Run(model.AsIChatClient(), served.Token);
        using var leaving = new CancellationTokenSource();
        Task[] waiting = [.. Enumerable.Range(0, 5).Select(_ => Run(model.AsIChatClient(), leaving.Token))];
        await Until(() => model.QueuedRequests == 5);

        await leaving.CancelAsync();

        foreach (var task in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(Soon, Cancellation));
        Assert.Equal(0, model.QueuedRequests);
        Assert.False(running.IsCompleted);
        await served.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Soon, Cancellation));
    }

    [Fact]
    public async Task Beyond_the_places_are_refused_with_a_sentence()
    {
        var narrow = Plain with { MaxBatchedRequests = 1, MaxQueuedRequests = 2 };
        await using var model = await PeftModel.LoadAsync(ModelFolder, narrow, Cancellation);
        using var stop = new CancellationTokenSource();
        Task[] taken = [.. Enumerable.Range(0, 3).Select(_ => Run(model.AsIChatClient(), stop.Token))];
        await Until(() => model.QueuedRequests == 2);

        var e = await Assert.ThrowsAsync<RequestQueueFullException>(
            () => model.AsIChatClient("any").GetResponseAsync([Hello], Brief(), Cancellation));
        await stop.CancelAsync();
        foreach (var task in taken) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(Soon, Cancellation));

        Assert.Contains("2 requests wait", e.Message, StringComparison.Ordinal);
        Assert.Contains("MaxQueuedRequests", e.Message, StringComparison.Ordinal);
        Assert.NotEmpty((await model.AsIChatClient().GetResponseAsync([Hello], Brief(), Cancellation)).Text);
    }

    [Fact]
    public async Task Are_told_when_the_model_is_disposed_while_they_are_answered()
    {
        var model = await PeftModel.LoadAsync(ModelFolder, Plain, Cancellation);
        Task[] streams = [.. Enumerable.Range(0, 4).Select(_ => Run(model.AsIChatClient(), Cancellation))];

        await model.DisposeAsync().AsTask().WaitAsync(Soon, Cancellation);

        foreach (var task in streams) await Assert.ThrowsAsync<ObjectDisposedException>(() => task.WaitAsync(Soon, Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => model.AsIChatClient().GetResponseAsync([Hello], Brief(), Cancellation));
    }

    private async Task<string?> Ask(bool leaves)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var text = "";
        try
        {
            await foreach (var update in Client.GetStreamingResponseAsync([Hello], Brief(), leave.Token))
            {
                text += update.Text;
                if (leaves && text.Length > 2) await leave.CancelAsync();
            }
        }
        catch (OperationCanceledException) when (leaves)
        {
            return null;
        }

        return text;
    }

    private static Task<ChatResponse> Run(IChatClient client, CancellationToken stop) =>
        client.GetResponseAsync([Hello], new() { MaxOutputTokens = 15_000 }, stop);

    private static async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 3000 && !condition(); i++) await Task.Delay(10, Cancellation);
        Assert.True(condition());
    }
}
