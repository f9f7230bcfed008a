using PeftIntegrations.Core;

namespace PeftIntegrations.Tests;

public sealed class ComposingAdapters : TinyModelTests
{
    [Fact]
    public async Task Stacks_averages_and_weighs_them_as_text_is_written()
    {
        await Train("one");
        await Train("two", Small with { Rank = 2 });

        var none = await Write(Composition.Of("one", weight: 0));
        var stacked = await Write(Composition.Stack(("one", 1), ("two", 1)));
        var averaged = await Write(Composition.Average("one", "two"));

        Assert.Equal(await Continue(), none);
        Assert.Equal(await Write("one"), await Write(Composition.Blend(("one", 1), ("two", 0))));
        Assert.NotEqual(await Continue("one"), stacked);
        Assert.NotEqual(stacked, averaged);
    }

    [Fact]
    public async Task Merges_a_stack_into_one_model_that_writes_the_same()
    {
        await Train("one");
        await Train("two", Small with { Rank = 2 });
        var both = Composition.Stack(("one", 1), ("two", 0.5));
        await Model.MergeAsync(both, Place("merged"), Cancellation);

        await using var merged = await PeftModel.LoadAsync(Place("merged"), Plain, Cancellation);
        var text = (await merged.CompleteAsync([Prompt], new() { MaxNewTokens = 12 }, Cancellation))[0].Text;

        Assert.Equal(await Write(both), text);
    }

    [Fact]
    public async Task Starts_a_prompt_from_a_text_that_the_tokenizer_reads()
    {
        var method = new PromptTuning { Length = 3, Start = PromptStart.Text, Text = "the cat" };

        await Model.TrainAsync("it", method, SomeText, Quick, cancellationToken: Cancellation);

        Assert.Equal(3 * Model.Shape.Hidden, await Model.TrainableCountAsync("it", Cancellation));
    }

    private async Task<string> Write(Composition adapter) =>
        (await Model.CompleteAsync([Prompt], new() { Adapter = adapter, MaxNewTokens = 12 }, Cancellation))[0].Text;
}
