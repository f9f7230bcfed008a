using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core.Tests;

public sealed class LowRankSweeps
{
    private const double S = 0.5;

    public static TheoryData<int, int, int, int, ScalarType> Cases => new()
    {
        { 1, 16, 16, 8, ScalarType.Float32 }, // one row
        { 2, 37, 5, 1, ScalarType.Float32 }, // rests of all kinds
        { 5, 9, 50, 3, ScalarType.Float32 },
        { 16, 64, 32, 4, ScalarType.Float32 }, // a whole block
        { 17, 40, 100, 8, ScalarType.Float32 },
        { 70, 33, 17, 16, ScalarType.Float32 },
        { 300, 48, 301, 6, ScalarType.Float32 }, // parts
        { 1, 21, 7, 3, ScalarType.BFloat16 },
        { 70, 33, 48, 8, ScalarType.BFloat16 },
        { 300, 64, 19, 5, ScalarType.BFloat16 },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Are_the_update_and_its_gradients(int rows, int @in, int @out, int rank, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (x, y) = (randn(1, rows, @in).to(type), randn(1, rows, @out).to(type));
        var (g, byX) = (randn(1, rows, @out).to(type), randn(1, rows, @in).to(type));
        var (a, b) = (randn(rank, @in), randn(@out, rank));
        var (wide, gb) = (Exact(x).matmul(Exact(a).t()), S * Exact(g).matmul(Exact(b)));
        var changed = Exact(y) + S * wide.matmul(Exact(b).t());
        var changedByX = Exact(byX) + gb.matmul(Exact(a));

        var h = LowRankSweep.AddTo(y, x, (a, b, (float)S));
        var (byA, byB) = LowRankSweep.Gradients(g, h, x, (a, b, (float)S), byX);

        ShouldBe(wide[0], h, 1e-5);
        ShouldBe(gb[0].t().matmul(Exact(x)[0]), byA, 1e-5);
        ShouldBe(S * Exact(g)[0].t().matmul(wide[0]), byB, 1e-5);
        var rounding = type == ScalarType.BFloat16 ? 1e-2 : 1e-5;
        ShouldBe(changed, y, rounding);
        ShouldBe(changedByX, byX, rounding);
    }

    [Fact]
    public void Are_the_same_whether_somebody_asks_for_the_gradient_by_the_input_or_not()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (x, g, h, a, b) = (randn(300, 40), randn(300, 24), randn(300, 8), randn(8, 40), randn(24, 8));

        var asked = LowRankSweep.Gradients(g, h, x, (a, b, 2), zeros(300, 40));
        var unasked = LowRankSweep.Gradients(g, h, x, (a, b, 2), null);

        Assert.True(asked.ByA.equal(unasked.ByA).all().item<bool>() && asked.ByB.equal(unasked.ByB).all().item<bool>());
    }

    [Fact]
    public void Are_of_no_rows_too()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (x, y, factors) = (zeros(0, 6), zeros(0, 5), (randn(4, 6), randn(5, 4), 1f));

        var (byA, byB) = LowRankSweep.Gradients(y, LowRankSweep.AddTo(y, x, factors), x, factors, zeros(0, 6));

        Assert.Equal((0, 0), (byA.count_nonzero().item<long>(), byB.count_nonzero().item<long>()));
    }

    [Fact]
    public void Are_not_for_large_ranks_nor_other_types_nor_where_a_gradient_is_asked()
    {
        using var scope = NewDisposeScope();
        var (x, y, a, b) = (zeros(3, 16), zeros(3, 6), zeros(4, 16), zeros(6, 4));

        Assert.False(LowRankSweep.Serves(y, x, a, b));
        using var _ = no_grad();
        Assert.Equal(Vector256.IsHardwareAccelerated, LowRankSweep.Serves(y, x, a, b));
        Assert.False(LowRankSweep.Serves(y, x.to(ScalarType.Float64), a, b));
        Assert.False(LowRankSweep.Serves(y, zeros(16, 3).t(), a, b));
        Assert.False(LowRankSweep.Serves(y, zeros(2, 16), a, b));
        Assert.False(LowRankSweep.Serves(y, x, zeros(512, 16), zeros(6, 512)));
    }

    private static Tensor Exact(Tensor x) => x.to(ScalarType.Float64);

    private static void ShouldBe(Tensor expected, Tensor actual, double rounding)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True((Exact(actual) - expected).abs().max().item<double>() <= rounding * expected.abs().max().item<double>());
    }
}
