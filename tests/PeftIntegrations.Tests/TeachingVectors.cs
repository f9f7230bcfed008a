using PeftIntegrations.Models;

namespace PeftIntegrations.Tests;

public sealed class TeachingVectors : TinyBertTests
{
    private static readonly TextGroups Twins = TextGroups.FromPairs([("a b", "y z"), ("c d", "w x"), ("e f", "u v"), ("g h", "s t")]);

    [Fact]
    public async Task Brings_texts_that_belong_together_nearer_than_others()
    {
        await using var model = await Load(Embedding);

        var result = await Train(model, Twins);
        string[] texts = [.. Twins.SelectMany(twin => (string[])[twin.Anchor, twin.Positive])];
        var vectors = await model.EmbedAsync(texts, "it", cancellationToken: Cancellation);

        Assert.True(result.FinalLoss < result.Steps[0].Loss / 2);
        for (var i = 0; i < Twins.Count; i++)
        {
            var nearest = Enumerable.Range(0, Twins.Count).MaxBy(j => Cosine(vectors[2 * i], vectors[(2 * j) + 1]));
            Assert.Equal(i, nearest);
        }
    }

    [Fact]
    public async Task Meets_how_alike_pairs_are_said_to_be()
    {
        await using var model = await Load(Embedding);
        var data = ScoredTexts.From([new("a b", 0.9f, "c d"), new("e f", 0.1f, "g h"), new("i j", 0.5f, "k l")]);

        await Train(model, data, Quick with { Epochs = 150 });
        var first = await model.EmbedAsync([.. data.Select(pair => pair.Text)], "it", cancellationToken: Cancellation);
        var second = await model.EmbedAsync([.. data.Select(pair => pair.Pair!)], "it", cancellationToken: Cancellation);

        Assert.All(data.Index(), pair => Assert.Equal(pair.Item.Score, Cosine(first[pair.Index], second[pair.Index]), 0.1));
    }

    [Fact]
    public async Task Takes_another_objective_and_negatives()
    {
        await using var model = await Load(Embedding);
        var triples = TextGroups.From([new("a", "b", "c"), new("d", "e", "f"), new("g", "h", "i")]);

        var result = await Train(model, triples, Quick with { Objective = new Triplet { Margin = 0.5 }, Epochs = 20 });

        Assert.True(result.FinalLoss < result.Steps[0].Loss / 2, $"{result.Steps[0].Loss} → {result.FinalLoss}");
    }

    [Fact]
    public async Task Needs_the_second_text_of_every_pair()
    {
        await using var model = await Load(Embedding);

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Train(model, ScoredTexts.From([new("a", 1, "b"), new("c", 1)])));

        Assert.Contains("1 examples have no second text: 2", e.Message, StringComparison.Ordinal);
        Assert.Contains("Pair", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_refused_of_a_model_that_makes_none_with_the_way_out()
    {
        await using var model = await Load(Plain with { Labels = ["yes", "no"] });

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => Train(model, Twins));

        Assert.Contains("head is for SEQ_CLS, and TextGroups teach FEATURE_EXTRACTION", e.Message, StringComparison.Ordinal);
        Assert.Contains("HeadKind.Embedding", e.Message, StringComparison.Ordinal);
    }

    private static PeftModelOptions Embedding => Plain with { Head = HeadKind.Embedding };
}
