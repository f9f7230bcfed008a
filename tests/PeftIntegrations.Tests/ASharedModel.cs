using PeftIntegrations.Inference;

namespace PeftIntegrations.Tests;

public sealed class ASharedModel : TinyModelTests
{
    [Fact]
    public async Task Gives_everyone_the_text_they_would_get_alone_while_it_is_trained()
    {
        var (a, b) = (await Train("a"), await Train("b", new Dora { Rank = 2, Targets = PeftIntegrations.Core.Targets.AllLinear }));
        var alone = await Continue();
        var options = Quick with { MaxSteps = 40 };
        await Model.TrainAsync("expected", new Lora { Rank = 2 }, SomeText, options, cancellationToken: Cancellation);

        var training = Model.TrainAsync("trained", new Lora { Rank = 2 }, SomeText, options, cancellationToken: Cancellation);
        var texts = Enumerable.Range(0, 6).Select(i => Task.Run(() => Ask(i), Cancellation)).ToArray();
        await Task.WhenAll([training, .. texts]);

        foreach (var (i, text) in texts.Index()) Assert.All(await text, got => Assert.Equal(i % 3 == 0 ? alone : i % 3 == 1 ? a : b, got));
        Assert.Equal(await Continue("expected"), await Continue("trained"));
    }

    [Fact]
    public async Task Loads_and_drops_adapters_while_others_ask()
    {
        var text = await Train("a", folder: "a");
        using var stop = new CancellationTokenSource();
        var asking = Task.Run(async () => { while (!stop.IsCancellationRequested) Assert.Equal(text, await Continue("a")); }, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async thread =>
        {
            for (var i = 0; i < 5; i++)
            {
                await Model.LoadAdapterAsync($"b{thread}", Place("a"), Cancellation);
                Assert.Equal(text, await Continue($"b{thread}"));
                Assert.True(await Model.RemoveAdapterAsync($"b{thread}", Cancellation));
            }
        }));
        await stop.CancelAsync();
        await asking;

        Assert.Equal(["a"], await Model.AdapterNamesAsync(Cancellation));
    }

    private async Task<List<string>> Ask(int who)
    {
        var texts = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            var adapter = (who % 3) switch { 0 => null, 1 => "a", _ => "b" };
            texts.Add(who < 3 ? await Continue(adapter) : await Streamed(adapter));
        }

        return texts;
    }

    private async Task<string> Streamed(string? adapter)
    {
        var pieces = new List<string>();
        var options = new GenerationOptions { Adapter = adapter, MaxNewTokens = 12 };
        await foreach (var piece in Model.GenerateAsync(Prompt, options, Cancellation)) pieces.Add(piece);
        return string.Concat(pieces);
    }
}
