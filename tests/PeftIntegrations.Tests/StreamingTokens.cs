using PeftIntegrations.Inference;

namespace PeftIntegrations.Tests;

public sealed class StreamingTokens : TinyModelTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Adds_nothing_to_them_and_tells_how_the_text_ended()
    {
        int[] prompt = [.. Model.Tokenizer.Encode("</s>Once<s>", addSpecialTokens: false).Ids];

        var parts = await Parts(Model, prompt, new() { MaxNewTokens = 7 });

        Assert.Equal((6, 0), (prompt.Length, prompt[^1])); // special tokens in the text are tokens
        var whole = parts[^1].Whole!;
        Assert.Equal((6, 7, FinishReason.Length), (whole.PromptTokens, whole.Tokens.Count, whole.Reason));
        Assert.Equal(whole.Text, string.Concat(parts.Select(part => part.Text)));
        Assert.Equal(7, parts[^1].Tokens);
        Assert.All(parts.SkipLast(1), part => Assert.Null(part.Whole));
    }

    [Fact]
    public async Task Of_an_encoded_text_is_what_the_text_gives()
    {
        var parts = await Parts(Model, [.. Model.Tokenizer.Encode(Prompt).Ids], new() { MaxNewTokens = 12 });

        Assert.Equal(await Continue(), parts[^1].Whole!.Text);
    }

    [Fact]
    public async Task Lets_who_waits_go_at_once_when_cancelled()
    {
        await using var model = await LongWinded(Plain with { MaxBatchedRequests = 1 });
        using var stop = new CancellationTokenSource();
        var endless = model.CompleteAsync([Prompt], new() { MaxNewTokens = 100_000 }, stop.Token);
        using var leave = new CancellationTokenSource();
        Task[] waiting =
        [
            Parts(model, [5], new(), leave.Token), model.CompleteAsync([Prompt], cancellationToken: leave.Token),
        ];

        await leave.CancelAsync();

        foreach (var task in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(Soon, Cancellation));
        Assert.False(endless.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless.WaitAsync(Soon, Cancellation));
    }

    [Fact]
    public async Task Refuses_what_is_too_much_and_answers_the_rest()
    {
        await using var model = await PeftModel.LoadAsync(ModelFolder, Plain with { MaxQueuedRequests = 0 }, Cancellation);
        var one = new TaskCompletionSource();
        var slow = Task.Run(
            async () =>
            {
                await foreach (var part in model.StreamAsync([5], new() { MaxNewTokens = 40 }, Cancellation)) one.TrySetResult();
            },
            Cancellation);
        var more = Enumerable.Range(0, 50).Select(_ => model.CompleteAsync([Prompt], cancellationToken: Cancellation)).ToArray();

        await Task.WhenAll(more).ContinueWith(_ => { }, TaskScheduler.Default);

        await slow.ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.All(more.Where(task => task.IsFaulted), task => Assert.IsType<RequestQueueFullException>(task.Exception!.InnerException));
        Assert.Contains(more, task => task.IsFaulted);
        Assert.NotEmpty((await model.CompleteAsync([Prompt], cancellationToken: Cancellation))[0].Text);
    }

    [Fact]
    public async Task Ends_when_all_are_answered_once_no_more_are_taken()
    {
        var asked = Enumerable.Range(0, 5).Select(_ => Continue()).ToArray();

        await Model.DrainAsync(Cancellation);

        Assert.All(await Task.WhenAll(asked).WaitAsync(Soon, Cancellation), Assert.NotEmpty);
        var e = await Assert.ThrowsAsync<ObjectDisposedException>(() => Continue());
        Assert.Contains("takes no more requests", e.Message, StringComparison.Ordinal);
        Assert.Empty(await Model.AdapterNamesAsync(Cancellation));
    }

    private static async Task<List<StreamedText>> Parts(
        PeftModel model, IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken? cancellation = null)
    {
        var parts = new List<StreamedText>();
        await foreach (var part in model.StreamAsync(prompt, options, cancellation ?? Cancellation)) parts.Add(part);
        return parts;
    }
}
