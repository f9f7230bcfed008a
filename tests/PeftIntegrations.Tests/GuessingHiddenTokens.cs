namespace PeftIntegrations.Tests;

public sealed class GuessingHiddenTokens : TinyBertTests
{
    private static readonly Texts Alphabets = Texts.FromLines(Enumerable.Repeat("a b c d e f g h", 8));

    [Fact]
    public async Task Is_learned_from_raw_texts()
    {
        TinyBert.WriteMasked(Place("masked"));
        await using var model = await PeftModel.LoadAsync(Place("masked"), Plain, Cancellation);

        var result = await Train(model, Alphabets, Quick with { Epochs = 80, Validation = Alphabets });

        Assert.True(result.BestValidationLoss < result.Steps[0].Loss / 2, $"{result.Steps[0].Loss} → {result.BestValidationLoss}");
    }

    [Fact]
    public async Task Refuses_prompts_with_completions()
    {
        TinyBert.WriteMasked(Place("masked"));
        await using var model = await PeftModel.LoadAsync(Place("masked"), Plain, Cancellation);

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Train(model, Texts.FromPairs([("a", "b")])));

        Assert.Contains("Give raw texts", e.Message, StringComparison.Ordinal);
    }
}
