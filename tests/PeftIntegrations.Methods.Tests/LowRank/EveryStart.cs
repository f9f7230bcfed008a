namespace PeftIntegrations.Methods.Tests;

[Collection(nameof(OneRandomStream))]
public sealed class EveryStart
{
    private const int In = 64, Out = 48, Rank = 16;

    public EveryStart() => manual_seed(5);

    [Fact]
    public void Is_by_default_uniform_within_one_over_the_root_of_the_inputs()
    {
        var (a, b) = new KaimingStart().For(In, Out, Rank, CPU);

        Assert.InRange(Largest(a), 0.9 / Math.Sqrt(In), 1 / Math.Sqrt(In));
        Assert.InRange(Deviation(a), 0.95 / Math.Sqrt(3 * In), 1.05 / Math.Sqrt(3 * In)); // of a uniform on ±c: c/√3
        Assert.Equal(0, Largest(b));
    }

    [Fact]
    public void May_be_random_in_both_factors()
    {
        var (a, b) = new RandomStart().For(In, Out, Rank, CPU);

        Assert.InRange(Largest(a), 0.9 / Math.Sqrt(In), 1 / Math.Sqrt(In));
        Assert.InRange(Largest(b), 0.9 / Math.Sqrt(Rank), 1 / Math.Sqrt(Rank));
    }

    [Fact]
    public void May_be_normal_with_a_deviation_of_one_over_the_rank()
    {
        var (a, b) = new GaussianStart().For(In, Out, Rank, CPU);

        Assert.InRange(Deviation(a), 0.9 / Rank, 1.1 / Rank);
        Assert.InRange(Largest(a), 2.0 / Rank, 6.0 / Rank); // farther out than a uniform of that deviation reaches
        Assert.Equal(0, Largest(b));
    }

    [Fact]
    public void May_be_orthogonal_with_neither_factor_zero_and_their_product_zero()
    {
        var (a, b) = new OrthogonalStart().For(In, Out, Rank, CPU);

        Assert.True(Largest(a) > 0.1 && Largest(b) > 0.1);
        Assert.InRange(Largest(b.matmul(a)), 0, 1e-6);
    }

    [Fact]
    public void Refuses_an_odd_rank_where_A_and_B_share_it()
    {
        var e = Assert.Throws<ArgumentException>(() => new OrthogonalStart().For(In, Out, 7, CPU));

        Assert.Contains("so it must be even, and is 7. Take 8.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(KaimingStart))]
    [InlineData(typeof(GaussianStart))]
    [InlineData(typeof(OrthogonalStart))]
    [InlineData(typeof(RandomStart))]
    public void Gives_tensors_of_the_sizes_asked_for(Type type)
    {
        var start = (ILowRankStart)Activator.CreateInstance(type)!;

        var (a, b) = start.For(In, Out, Rank, CPU);
        var (rowsA, rowsB) = start.ForRows(vocabulary: 100, In, Rank, CPU);

        Assert.Equal([Rank, In, Out, Rank], [.. a.shape, .. b.shape]);
        Assert.Equal([Rank, 100, In, Rank], [.. rowsA.shape, .. rowsB.shape]);
        Assert.Equal(type == typeof(RandomStart), Largest(rowsA) > 0);
        Assert.True(Largest(rowsB) > 1);
    }

    private static double Largest(Tensor t) => t.abs().max().item<float>();

    private static double Deviation(Tensor t) => t.std().item<float>();
}
