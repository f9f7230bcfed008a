namespace PeftIntegrations.Tests;

public sealed class ScoringTexts : TinyBertTests
{
    private static readonly ScoredTexts Ratings = ScoredTexts.From([new("a b", -1), new("c d", 2), new("e f", 0.5f)]);

    [Fact]
    public async Task Learns_a_number_for_each_text()
    {
        await using var model = await Load(Plain with { Labels = ["stars"] });

        var result = await Train(model, Ratings, Quick with { Epochs = 150, Validation = Ratings });
        var scores = await model.ClassifyAsync([.. Ratings.Select(text => text.Text)], "it", cancellationToken: Cancellation);

        Assert.Equal(ProblemKind.Regression, model.Problem);
        Assert.All(Ratings.Zip(scores), pair => Assert.Equal(pair.First.Score, Assert.Single(pair.Second.Scores), 0.2));
        Assert.True(result.BestValidationLoss < 0.05);
    }

    [Fact]
    public async Task Learns_any_number_of_labels_for_each_text()
    {
        var data = MultiLabelTexts.From([new("a b", ["x", "y"]), new("c d", []), new("e f", ["y"]), new("g h", ["x"])]);
        await using var model = await Load(Plain with { Labels = data.Labels, Problem = ProblemKind.MultiLabel });

        await Train(model, data, Quick with { Epochs = 100 });
        var found = await model.ClassifyAsync([.. data.Select(text => text.Text)], "it", cancellationToken: Cancellation);

        Assert.All(data.Zip(found), pair => Assert.Equal(
            pair.First.Labels, model.Labels.Where((_, label) => pair.Second.Scores[label] > 0.5)));
    }

    [Fact]
    public async Task Refuses_data_of_another_kind_of_problem()
    {
        await using var model = await Load(Plain with { Labels = ["x", "y"] });

        var scored = await Assert.ThrowsAsync<InvalidOperationException>(() => Train(model, Ratings));
        var several = await Assert.ThrowsAsync<InvalidOperationException>(() => Train(model, MultiLabelTexts.From([new("a", ["x"])])));

        Assert.Contains("ScoredTexts are for ProblemKind.Regression", scored.Message, StringComparison.Ordinal);
        Assert.Contains("2 labels are for SingleLabel", scored.Message, StringComparison.Ordinal);
        Assert.Contains("Problem = ProblemKind.MultiLabel", several.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goes_on_as_it_was_in_a_merged_model()
    {
        var data = MultiLabelTexts.From([new("a b", ["x", "y"]), new("c d", ["y"])]);
        await using var model = await Load(Plain with { Labels = data.Labels, Problem = ProblemKind.MultiLabel });
        await Train(model, data);
        await model.MergeAsync("it", Place("merged"), Cancellation);

        await using var merged = await PeftModel.LoadAsync(Place("merged"), Plain, Cancellation);
        var adapted = await model.ClassifyAsync(["a b"], "it", cancellationToken: Cancellation);
        var own = await merged.ClassifyAsync(["a b"], cancellationToken: Cancellation);

        Assert.Equal(ProblemKind.MultiLabel, merged.Problem);
        Assert.All(adapted[0].Scores.Zip(own[0].Scores), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}
