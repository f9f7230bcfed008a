using PeftIntegrations.Testing;

namespace PeftIntegrations.Core.Tests;

public sealed class AFrozenRmsNorm
{
    [Fact]
    public void Normalises_as_its_plain_twin()
    {
        using var scope = NewDisposeScope();
        var shape = new ModelShape(1, Hidden: 6, Heads: 1, KeyValueHeads: 1, HeadDim: 6, Vocabulary: 4, MaxPositions: 8);
        var gain = randn(6, dtype: ScalarType.Float64);
        var site = new RmsNorm("norm", shape, new DenseWeight(gain), 1e-5);

        var difference = Twins.Difference(
            x => FrozenRmsNorm.Of(x[0], gain, 1e-5), x => site.Apply(x[0], site.Read()), Twins.Leaf(2, 3, 6));

        Assert.True(difference < 1e-12, $"{difference}");
    }
}
