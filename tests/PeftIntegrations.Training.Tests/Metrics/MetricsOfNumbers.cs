namespace PeftIntegrations.Training.Tests;

public sealed class MetricsOfNumbers
{
    [Fact]
    public void Tell_the_area_under_the_curve()
    {
        Assert.Equal(0.75, new RocAuc().Of([0.1, 0.4, 0.35, 0.8], [false, false, true, true])); // scikit-learn's example
        Assert.Equal(0.5, new RocAuc().Of([3, 3, 3], [true, false, false])); // equal scores count half
        Assert.Equal(3.5 / 4, new RocAuc().Of([1, 2, 2, 3], [false, false, true, true])); // of four pairs one is a tie
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Refuse_the_area_of_one_class(bool label)
    {
        var refusal = Assert.Throws<ArgumentException>(() => new RocAuc().Of([1, 2], [label, label]));

        Assert.Contains($"all 2 are {(label ? "true" : "false")}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tell_pearsons_correlation()
    {
        Assert.Equal(5.5 / Math.Sqrt(5 * 8.75), new Pearson().Of([1, 2, 3, 4], [1, 3, 2, 5]), 1e-12);
        Assert.Equal(-1, new Pearson().Of([1e200, 2e200, 4e200], [4e-200, 3e-200, 1e-200]), 1e-12); // no square overflows
    }

    [Fact]
    public void Tell_spearmans_correlation_with_ties_at_their_mean_rank()
    {
        Assert.Equal(4.5 / Math.Sqrt(4.5 * 5), new Spearman().Of([1, 2, 2, 3], [1, 3, 2, 4]), 1e-12); // ranks 1, 2.5, 2.5, 4
        Assert.Equal(1, new Spearman().Of([1, 10, 100], [-5, 0, 0.1]), 1e-12);
    }

    [Fact]
    public void Bear_predictions_that_do_not_vary_but_refuse_such_expectations()
    {
        double[] flat = [2, 2, 2], varied = [1, 2, 3];

        var refusal = Assert.Throws<ArgumentException>(() => new Pearson().Of(varied, flat));

        Assert.Equal((0, 0), (new Pearson().Of(flat, varied), new Spearman().Of(flat, varied)));
        Assert.Contains("all 3 are 2", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Spearman().Of(varied, flat));
        Assert.Throws<ArgumentException>(() => new Pearson().Of([1], [1]));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void Refuse_what_is_no_number_by_its_place(double value)
    {
        double[] bad = [1, value, 3], good = [1, 2, 3];

        var refusal = Assert.Throws<ArgumentException>(() => new Pearson().Of(bad, good));

        Assert.Contains(FormattableString.Invariant($"1 of 3 predicted are not: [1] = {value}"), refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Pearson().Of(good, bad));
        Assert.Throws<ArgumentException>(() => new Spearman().Of(bad, good));
        Assert.Throws<ArgumentException>(() => new RocAuc().Of(bad, [true, false, true]));
    }

    [Fact]
    public void Tell_perplexity()
    {
        Assert.Equal(1, Perplexity.Of(0));
        Assert.Equal(50, Perplexity.Of(Math.Log(50)), 1e-9);
        Assert.Equal(double.PositiveInfinity, Perplexity.Of(1e6));
        Assert.Throws<ArgumentOutOfRangeException>(() => Perplexity.Of(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Perplexity.Of(-0.1));
    }
}
