namespace PeftIntegrations.Training.Tests;

public sealed class MetricsOfClasses
{
    // scikit-learn's own example of f1_score.
    private static readonly int[] Expected = [0, 1, 2, 0, 1, 2];
    private static readonly int[] Predicted = [0, 2, 1, 0, 0, 1];

    [Fact]
    public void Tell_the_share_that_was_right() => Assert.Equal(2 / 6.0, new Accuracy().Of(Predicted, Expected));

    [Theory]
    [InlineData(0, 0.8)] // 2·2 / (3 + 2)
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(7, 0)] // nowhere
    public void Tell_the_f1_of_a_class(int label, double f1) => Assert.Equal(f1, new F1 { Class = label }.Of(Predicted, Expected));

    [Fact]
    public void Tell_the_mean_f1_of_the_classes_that_occur()
    {
        Assert.Equal(0.8 / 3, new MacroF1().Of(Predicted, Expected), 1e-12);
        Assert.Equal(0.5 * (2 * 2 / 5.0), new MacroF1().Of([0, 0, 4], [0, 0, 0]), 1e-12); // 4 is only predicted
    }

    [Fact]
    public void Tell_the_f1_of_all_labels_together()
    {
        var f1 = new MicroF1().Of([[0, 1], [2], []], [[0], [1, 2], []]);

        Assert.Equal(2 * 2 / (3.0 + 3), f1, 1e-12);
        Assert.Equal(2 / 6.0, new MicroF1().Of([.. Predicted.Chunk(1)], [.. Expected.Chunk(1)]), 1e-12);
        Assert.Equal(0, new MicroF1().Of([[]], [[]]));
    }

    [Fact]
    public void Tell_matthews_correlation()
    {
        Assert.Equal(-1 / 3.0, new MatthewsCorrelation().Of([1, 0, 1, 1], [1, 1, 1, 0]), 1e-12); // scikit-learn's example
        Assert.Equal(18 / Math.Sqrt(22 * 24), new MatthewsCorrelation().Of([0, 0, 1, 2, 2, 2], [0, 0, 1, 1, 2, 2]), 1e-12);
        Assert.Equal(1, new MatthewsCorrelation().Of(Expected, Expected), 1e-12);
    }

    [Fact]
    public void Bear_that_all_items_are_of_one_class()
    {
        int[] ones = [1, 1, 1];

        Assert.Equal(1, new Accuracy().Of(ones, ones));
        Assert.Equal((1, 1), (new F1().Of(ones, ones), new MacroF1().Of(ones, ones)));
        Assert.Equal(0, new MatthewsCorrelation().Of(ones, ones));
        Assert.Equal(0, new MatthewsCorrelation().Of(ones, [0, 1, 0]));
    }

    [Fact]
    public void Refuse_nothing_and_what_is_not_a_prediction_each()
    {
        var nothing = Assert.Throws<ArgumentException>(() => new Accuracy().Of([], []));
        var tooMany = Assert.Throws<ArgumentException>(() => new MacroF1().Of([0, 1], [0]));

        Assert.Contains("Accuracy needs at least one", nothing.Message, StringComparison.Ordinal);
        Assert.Contains("MacroF1 has 2 predictions for 1", tooMany.Message, StringComparison.Ordinal);
    }
}
