using PeftIntegrations.Core;
using PeftIntegrations.Inference;

namespace PeftIntegrations.Tests;

public sealed class WritingForMany : TinyModelTests
{
    private const int Adapters = 8, Requests = 64;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly string[] Prompts = ["Once", "a", "the sun is up and it", "the cat sat on the mat and", ""];

    [Fact]
    public async Task Gives_each_what_it_gets_alone_whatever_the_adapter_and_the_options()
    {
        await TrainAdapters();
        var alone = new List<string>();
        for (var i = 0; i < Requests; i++) alone.Add(await Write(i));

        var together = await Task.WhenAll(Enumerable.Range(0, Requests).Select(i => Write(i))).WaitAsync(Soon, Cancellation);

        Assert.Equal(alone, together);
        Assert.True(alone.Distinct().Count() > Requests / 2, "the requests hardly differ");
    }

    [Fact]
    public async Task Goes_on_while_others_leave_in_the_middle()
    {
        await TrainAdapters();
        var alone = new List<string>();
        for (var i = 0; i < Requests; i += 4) alone.Add(await Write(i));

        var asked = Enumerable.Range(0, Requests).Select(i => i % 4 == 0 ? Write(i) : Leave(i)).ToArray();
        var texts = await Task.WhenAll(asked).WaitAsync(Soon, Cancellation);

        Assert.Equal(alone, texts.Where((_, i) => i % 4 == 0));
        Assert.Equal(0, Model.QueuedRequests);
    }

    [Fact]
    public async Task Lets_adapters_that_cannot_share_a_pass_take_turns()
    {
        await TrainAdapters();
        await Train("prompt", new PromptTuning { Length = 3 });
        await Train("prefix", new PrefixTuning { Length = 2 });
        await Train("block", new Houlsby { ReductionFactor = 4 });
        Composition[] all = ["prompt", "a1", "prefix", Composition.None, "block", Composition.Average("a1", "a2"), "prompt", "prefix"];
        var alone = new List<string>();
        for (var i = 0; i < 16; i++) alone.Add(await Write(i, all[i % 8]));

        var together = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Write(i, all[i % 8]))).WaitAsync(Soon, Cancellation);

        Assert.Equal(alone, together);
    }

    [Fact]
    public async Task Says_so_to_whom_an_adapter_is_taken_away_and_goes_on_with_the_others()
    {
        await Train("kept");
        await Train("gone", folder: "gone");
        await using var model = await LongWinded();
        foreach (var (name, folder) in new[] { ("kept", "gone"), ("gone", "gone") })
        {
            await model.LoadAdapterAsync(name, Place(folder), Cancellation);
        }

        var expected = await Long(model, "kept", 150);
        var kept = Long(model, "kept", 150);
        var lost = Long(model, "gone", 100_000);
        while (model.QueuedRequests > 0) await Task.Delay(1, Cancellation);
        await Task.Delay(30, Cancellation);
        await model.RemoveAdapterAsync("gone", Cancellation);

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => lost.WaitAsync(Soon, Cancellation));
        Assert.Contains("'gone' was replaced or removed while a text was written with it", e.Message, StringComparison.Ordinal);
        Assert.Equal(expected, await kept.WaitAsync(Soon, Cancellation));
    }

    [Fact]
    public async Task Ends_what_it_writes_with_an_adapter_before_that_is_replaced_and_then_takes_the_new_one()
    {
        await Train("old", folder: "old");
        await Train("new", new Houlsby(), folder: "new");
        await using var model = await LongWinded();
        await model.LoadAdapterAsync("a", Place("new"), Cancellation);
        var byNew = await Long(model, "a", 150);
        await model.LoadAdapterAsync("a", Place("old"), Cancellation);
        var byOld = await Long(model, "a", 400);

        var firstPiece = new TaskCompletionSource();
        var begun = Streamed(model, "a", 400, firstPiece);
        await firstPiece.Task;
        var replaced = model.LoadAdapterAsync("a", Place("new"), Cancellation);
        await Task.Delay(20, Cancellation);
        var later = Long(model, "a", 150);

        Assert.Equal((byOld, byNew), (await begun.WaitAsync(Soon, Cancellation), await later.WaitAsync(Soon, Cancellation)));
        Assert.NotEqual(byNew, byOld[..byNew.Length]);
        await replaced;
    }

    [Fact]
    public async Task Grows_a_long_text_to_what_it_is_alone_while_short_ones_come_and_go()
    {
        await using var model = await LongWinded();
        var alone = await Long(model, null, 700);

        var together = Long(model, null, 700);
        for (var i = 0; !together.IsCompleted; i++)
        {
            var prompt = new string('b', 40 * i % 300 + 1);
            var options = new GenerationOptions { MaxNewTokens = i % 20 + 1 };
            var text = await model.CompleteAsync([prompt, "ab"], options, Cancellation).WaitAsync(Soon, Cancellation);
            Assert.Equal(i % 20 + 1, text[0].Tokens.Count);
        }

        Assert.Equal(alone, await together);
    }

    [Fact]
    public async Task Ends_what_has_no_next_token_and_nothing_else()
    {
        var alone = await Continue(tokens: 40);
        var all = new GenerationOptions { SuppressTokens = [.. Enumerable.Range(0, 258)], EosTokenIds = [] };

        var good = Continue(tokens: 40);
        var e = await Assert.ThrowsAsync<ArgumentException>(
            () => Model.CompleteAsync(["a", "b"], all, Cancellation).WaitAsync(Soon, Cancellation));

        Assert.Contains("no token can be chosen", e.Message, StringComparison.Ordinal);
        Assert.Equal(alone, await good);
    }

    [Fact]
    public async Task Shares_the_places_among_those_who_ask()
    {
        await using var model = await LongWinded(Plain with { MaxBatchedRequests = 2 });
        using var stop = new CancellationTokenSource();
        var many = model.CompleteAsync([.. Enumerable.Repeat(Prompt, 100)], new() { MaxNewTokens = 1000 }, stop.Token);

        var one = await model.CompleteAsync([Prompt], new() { MaxNewTokens = 3 }, Cancellation).WaitAsync(Soon, Cancellation);

        Assert.Equal(3, one[0].Tokens.Count);
        Assert.False(many.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => many.WaitAsync(Soon, Cancellation));
    }

    [Fact]
    public async Task Gives_training_and_other_work_their_turns()
    {
        await using var model = await LongWinded();
        using var stop = new CancellationTokenSource();
        var endless = model.CompleteAsync([Prompt], new() { MaxNewTokens = 100_000 }, stop.Token);

        var trained = await model.TrainAsync("it", Small, SomeText, Quick, cancellationToken: Cancellation).WaitAsync(Soon, Cancellation);
        var names = await model.AdapterNamesAsync(Cancellation).WaitAsync(Soon, Cancellation);

        Assert.Equal((3, "it"), (trained.Steps.Count, Assert.Single(names)));
        Assert.False(endless.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless.WaitAsync(Soon, Cancellation));
    }

    private async Task TrainAdapters()
    {
        for (var i = 0; i < Adapters; i++)
        {
            var options = Quick with { MaxSteps = 2, LearningRate = 0.2, Seed = i };
            PeftMethod method = (i % 4) switch
            {
                3 => new Dora { Rank = 2 },
                2 => new Ia3(),
                _ => new Lora { Rank = 2 + i, Targets = Targets.AllLinear },
            };
            await Model.TrainAsync($"a{i}", method, SomeText, options, cancellationToken: Cancellation);
        }
    }

    private static GenerationOptions How(int i, Composition? adapter) => new()
    {
        Adapter = adapter ?? (i % 9 == 8 ? null : $"a{i % 9}"),
        MaxNewTokens = 5 + i % 23,
        Seed = i,
        Temperature = i % 2 == 0 ? null : 1.5,
        RepetitionPenalty = i % 3 == 0 ? 1.3 : null,
    };

    private async Task<string> Write(int i, Composition? adapter = null) =>
        (await Model.CompleteAsync([Prompts[i % Prompts.Length]], How(i, adapter), Cancellation))[0].Text;

    private async Task<string> Leave(int i)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var pieces = 0;
        try
        {
            await foreach (var piece in Model.GenerateAsync(Prompts[i % Prompts.Length], How(i, null), stop.Token))
            {
                if (++pieces == i % 4) await stop.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
        }

        return "";
    }

    private static async Task<string> Streamed(PeftModel model, string adapter, int tokens, TaskCompletionSource firstPiece)
    {
        var text = new System.Text.StringBuilder();
        await foreach (var piece in model.GenerateAsync(Prompt, new() { Adapter = adapter, MaxNewTokens = tokens }, Cancellation))
        {
            text.Append(piece);
            firstPiece.TrySetResult();
        }

        return text.ToString();
    }

    private static async Task<string> Long(PeftModel model, string? adapter, int tokens) =>
        (await model.CompleteAsync([Prompt], new() { Adapter = adapter, MaxNewTokens = tokens }, Cancellation))[0].Text;
}
