namespace PeftIntegrations.Tests;

public sealed class ABlockingCaller : TinyBertTests
{
    private static readonly string[] Some = ["a aa", "z zz", "b"];

    [Fact]
    public async Task Is_told_what_an_awaiting_one_is()
    {
        await using var embedder = await Load();
        await using var labeller = await Load(Plain with { Labels = ["low", "high"] });
        await Train(labeller, LabelledTexts.From([new("a", "low"), new("z", "high")]));

        var vectors = await embedder.EmbedAsync(Some, cancellationToken: Cancellation);
        var labels = await labeller.ClassifyAsync(Some, "it", cancellationToken: Cancellation);
        var pairs = await labeller.ClassifyAsync([("a", "z")], "it", cancellationToken: Cancellation);

        Assert.Equal(vectors, embedder.Embed(Some, cancellationToken: Cancellation));
        var now = labeller.Classify(Some, "it", cancellationToken: Cancellation);
        Assert.Equal(labels.Select(text => text.Scores), now.Select(text => text.Scores));
        Assert.Equal(pairs[0].Scores, labeller.Classify([("a", "z")], "it", cancellationToken: Cancellation)[0].Scores);
    }

    [Fact]
    public async Task Is_answered_beside_many_others()
    {
        await using var model = await Load();
        var expected = Some.Select(text => model.Embed([text], cancellationToken: Cancellation)[0]).ToArray();

        float[][] Again(string text) => [.. Enumerable.Range(0, 5).Select(_ => model.Embed([text], cancellationToken: Cancellation)[0])];
        var found = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => Again(Some[i % 3]), Cancellation)));

        Assert.All(found.Index(), one => Assert.All(one.Item, vector => Assert.Equal(expected[one.Index % 3], vector)));
    }

    [Fact]
    public async Task Is_freed_by_cancellation_and_by_the_end_of_the_model()
    {
        var model = await Load();
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => model.Embed(Some, cancellationToken: stop.Token));
        var waiting = Enumerable.Range(0, 8).Select(_ => Task.Run(() => Forever(model), Cancellation)).ToArray();
        await Task.Delay(50, Cancellation);
        await model.DisposeAsync();

        var ends = waiting.Select(caller => caller.WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
        foreach (var end in ends) await Assert.ThrowsAsync<ObjectDisposedException>(() => end);
    }

    private static void Forever(PeftModel model)
    {
        while (true) model.Embed(Some, cancellationToken: Cancellation);
    }
}
