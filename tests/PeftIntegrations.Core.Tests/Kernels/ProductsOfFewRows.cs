namespace PeftIntegrations.Core.Tests;

public sealed class ProductsOfFewRows
{
    public static TheoryData<int, int, int, ScalarType, ScalarType> Cases => new()
    {
        { 1, 64, 8, ScalarType.Float32, ScalarType.Float32 }, // whole vectors
        { 1, 37, 3, ScalarType.Float32, ScalarType.Float32 }, // and rests
        { 1, 300, 301, ScalarType.Float32, ScalarType.Float32 }, // and parts
        { 5, 37, 7, ScalarType.Float32, ScalarType.Float32 },
        { 1, 530, 301, ScalarType.Float32, ScalarType.BFloat16 },
        { 8, 37, 5, ScalarType.Float32, ScalarType.BFloat16 },
        { 1, 48, 9, ScalarType.BFloat16, ScalarType.BFloat16 },
        { 3, 50, 9, ScalarType.BFloat16, ScalarType.BFloat16 },
        { 2, 50, 9, ScalarType.BFloat16, ScalarType.Float32 },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Are_those_of_the_plain_twin(int rows, int @in, int @out, ScalarType type, ScalarType stored)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (x, w, b) = (randn(1, rows, @in).to(type), randn(@out, @in).to(stored), randn(@out).to(type));

        var y = FewRows.Multiply(x, new FloatRows(w), b);

        var expected = nn.functional.linear(Exact(x), Exact(w), Exact(b));
        var rounding = type == ScalarType.BFloat16 ? 1e-2 : 1e-5;
        Assert.Equal((type, rows, @out), (y.dtype, y.shape[1], y.shape[2]));
        Assert.True((Exact(y) - expected).abs().max().item<double>() <= rounding * expected.abs().max().item<double>());
    }

    [Fact]
    public void Are_not_for_many_rows_nor_for_those_of_another_length_or_that_need_a_gradient()
    {
        using var scope = NewDisposeScope();

        Assert.True(FewRows.Serves(zeros(2, 4, 16, device: CPU), 16));
        Assert.False(FewRows.Serves(zeros(3, 3, 16, device: CPU), 16));
        Assert.False(FewRows.Serves(zeros(1, 15, device: CPU), 16));
        Assert.False(FewRows.Serves(zeros(1, 16, device: CPU, requires_grad: true), 16));
        Assert.False(FewRows.Serves(zeros(1, 16, device: META), 16));
    }

    [Theory, InlineData(1, 64, 16, 8), InlineData(3, 37, 5, 3), InlineData(2, 20, 9, 19), InlineData(2, 20, 21, 16)]
    public void Take_a_low_rank_update_as_the_plain_twin(int rows, int @in, int @out, int rank)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            var (x, y, a, b) = (randn(rows, @in).to(type), randn(rows, @out).to(type), randn(rank, @in), randn(@out, rank));
            var expected = Exact(y) + 0.5 * Exact(x).matmul(Exact(a).t()).matmul(Exact(b).t());

            LowRankUpdate.Of(a, b, 0.5)!.AddTo(y, x);

            var rounding = type == ScalarType.BFloat16 ? 1e-2 : 1e-5;
            Assert.True((Exact(y) - expected).abs().max().item<double>() <= rounding * expected.abs().max().item<double>());
        }
    }

    private static Tensor Exact(Tensor x) => x.to(ScalarType.Float64);
}
