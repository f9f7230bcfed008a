using System.Diagnostics;
using PeftIntegrations.Inference;

namespace PeftIntegrations.Tests;

public sealed class GeneratingText : TinyModelTests
{
    [Fact]
    public async Task From_a_prompt_as_long_as_the_context_is_refused()
    {
        string[] prompts = ["ok", new('a', 63)];

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Model.CompleteAsync(prompts, cancellationToken: Cancellation));

        Assert.Contains("Prompt 1 has 64 tokens, and the model reads 64 at most", e.Message, StringComparison.Ordinal);
        Assert.Contains("Shorten it", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_where_the_context_does()
    {
        var text = (await Model.CompleteAsync([new string('a', 60)], new() { MaxNewTokens = 1000 }, Cancellation))[0];

        Assert.Equal((3, FinishReason.Length), (text.Tokens.Count, text.Reason));
    }

    [Fact]
    public async Task From_an_empty_prompt_begins_with_the_beginning_of_text()
    {
        var text = (await Model.CompleteAsync([""], new() { MaxNewTokens = 5 }, Cancellation))[0];

        Assert.Equal((1, 5), (text.PromptTokens, text.Tokens.Count));
    }

    [Fact]
    public async Task From_no_prompt_at_all_is_refused()
    {
        var none = await Assert.ThrowsAsync<ArgumentException>(() => Model.CompleteAsync([], cancellationToken: Cancellation));

        Assert.Contains("at least one prompt", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_an_unknown_adapter_is_refused_with_the_known_ones()
    {
        var first = await Assert.ThrowsAsync<ArgumentException>(() => Continue("../nobody"));
        await Train("a");
        await Train("b");

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Streamed("nobody", Cancellation));

        Assert.Contains("None is loaded yet", first.Message, StringComparison.Ordinal);
        Assert.Contains("'nobody'", e.Message, StringComparison.Ordinal);
        Assert.Contains("Loaded: a, b.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_the_same_text()
    {
        var text = await Train("a");

        var pieces = await Streamed("a", Cancellation);

        Assert.Equal(text, string.Concat(pieces));
        Assert.InRange(pieces.Count, 2, 12);
    }

    [Fact]
    public async Task Stops_when_cancelled_after_any_number_of_pieces()
    {
        var text = await Continue();
        for (var i = 0; i < 8; i++)
        {
            using var stop = new CancellationTokenSource();
            var seen = new List<string>();

            var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                if (i == 0) await stop.CancelAsync();
                await foreach (var piece in Model.GenerateAsync(Prompt, new() { MaxNewTokens = 50, Stop = ["\u0001"] }, stop.Token))
                {
                    seen.Add(piece);
                    if (seen.Count == i) await stop.CancelAsync();
                    if (seen.Count == i) await Task.Delay(1, Cancellation);
                }
            });

            Assert.Equal(stop.Token, e.CancellationToken);
            Assert.True(i == 0 ? seen.Count == 0 : seen.Count >= i);
            Assert.Equal(text, await Continue());
        }
    }

    [Fact]
    public async Task Left_early_frees_the_model_at_once()
    {
        await using var model = await LongWinded();
        var watch = Stopwatch.StartNew();

        await foreach (var piece in model.GenerateAsync(Prompt, new() { MaxNewTokens = 100_000 }, Cancellation))
        {
            Assert.NotEmpty(piece);
            break;
        }

        await model.CompleteAsync([Prompt], new() { MaxNewTokens = 1 }, Cancellation);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10)); // all of it would take a minute at least
    }

    private async Task<List<string>> Streamed(string adapter, CancellationToken cancellation)
    {
        var pieces = new List<string>();
        var options = new GenerationOptions { Adapter = adapter, MaxNewTokens = 12 };
        await foreach (var piece in Model.GenerateAsync(Prompt, options, cancellation)) pieces.Add(piece);
        return pieces;
    }
}
