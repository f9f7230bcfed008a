using PeftIntegrations.Testing;

namespace PeftIntegrations.Core.Tests;

public sealed class AStoredWeight
{
    [Theory, InlineData(false), InlineData(true)]
    public void Multiplies_as_its_plain_twin(bool biased)
    {
        using var scope = NewDisposeScope();
        var weight = new Halved(randn(4, 6, dtype: ScalarType.Float64));
        var bias = biased ? randn(4, dtype: ScalarType.Float64) : null;

        var difference = Twins.Difference(
            x => weight.Multiply(x[0], bias), x => nn.functional.linear(x[0], weight.Read(), bias), Twins.Leaf(2, 3, 6));

        Assert.True(difference < 1e-12, $"{difference}");
    }

    [Fact]
    public void Reads_the_rows_asked_for()
    {
        using var scope = NewDisposeScope();
        var weight = new Halved(randn(4, 6, dtype: ScalarType.Float64));

        var rows = weight.ReadRows(tensor([2L, 0, 2]));

        Assert.Equal(0, (rows - stack([weight.Read()[2], weight.Read()[0], weight.Read()[2]])).abs().max().item<double>());
    }

    private sealed class Halved(Tensor half) : FrozenWeight
    {
        public override IReadOnlyList<long> Shape => half.shape;

        public override ScalarType DType => half.dtype;

        public override Device Device => half.device;

        public override IEnumerable<Tensor> Stored => [half];

        public override Tensor Read() => half * 2;
    }
}
