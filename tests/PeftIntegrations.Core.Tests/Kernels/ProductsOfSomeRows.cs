using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core.Tests;

public sealed class ProductsOfSomeRows
{
    [Theory]
    [InlineData(9, 64, 16), InlineData(12, 37, 48), InlineData(64, 576, 192), InlineData(131, 700, 80), InlineData(2, 8, 16)]
    [InlineData(384, 20, 160), InlineData(20, 1700, 32)]
    public void Are_those_of_the_plain_twin(int rows, int @in, int @out)
    {
        Assert.SkipUnless(Avx2.IsSupported, "It is written for AVX2.");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (x, b) = (randn(1, rows, @in), randn(@out));
        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            var w = randn(@out, @in).to(type);

            var y = SomeRows.Multiply(x, new FloatRows(w), b);

            var expected = nn.functional.linear(x.to(float64), w.to(float64), b.to(float64));
            Assert.Equal((ScalarType.Float32, rows, @out), (y.dtype, y.shape[1], y.shape[2]));
            Assert.True((y - expected).abs().max().item<double>() <= 3e-6 * expected.abs().max().item<double>());
        }
    }

    [Theory, InlineData(9, 64, 16), InlineData(12, 48, 37), InlineData(65, 576, 192), InlineData(131, 80, 700)]
    public void Go_back_as_those_of_the_plain_twin(int rows, int @in, int @out)
    {
        Assert.SkipUnless(Avx2.IsSupported, "It is written for AVX2.");
        using var scope = NewDisposeScope();
        var g = randn(rows, @out);
        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            var w = randn(@out, @in).to(type);

            var byX = SomeRows.MultiplyBack(g, new FloatRows(w));

            var expected = g.to(float64).matmul(w.to(float64));
            Assert.True((byX - expected).abs().max().item<double>() <= 3e-6 * expected.abs().max().item<double>());
        }
    }

    [Fact]
    public void Are_not_for_many_rows_nor_for_odd_outputs_or_those_that_need_a_gradient()
    {
        using var scope = NewDisposeScope();
        var w = zeros(32, 16, device: CPU);

        Assert.Equal(Avx2.IsSupported && !Vector512.IsHardwareAccelerated, Serves(zeros(512, 16, device: CPU), w));
        Assert.False(Serves(zeros(513, 16, device: CPU), w));
        Assert.False(Serves(zeros(20, 15, device: CPU), w));
        Assert.False(Serves(zeros(20, 16, device: CPU), zeros(33, 16, device: CPU)));
        Assert.False(Serves(zeros(20, 16, device: CPU, dtype: ScalarType.BFloat16), w));
        Assert.False(Serves(zeros(20, 16, device: CPU, requires_grad: true), w));
        Assert.False(SomeRows.ServesBack(zeros(20, 16, device: CPU), new(w)));
    }

    private static bool Serves(Tensor x, Tensor weight) => SomeRows.Serves(x, new(weight));
}
