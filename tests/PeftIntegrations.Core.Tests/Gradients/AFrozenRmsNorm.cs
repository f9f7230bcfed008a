using PeftIntegrations.Testing;

namespace PeftIntegrations.Core.Tests;

public sealed class AFrozenRmsNorm
{
    [Theory, InlineData(ScalarType.Float64), InlineData(ScalarType.Float32), InlineData(ScalarType.BFloat16)]
    public void Normalises_as_its_plain_twin(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var shape = new ModelShape(1, Hidden: 37, Heads: 1, KeyValueHeads: 1, HeadDim: 37, Vocabulary: 4, MaxPositions: 8);
        var gain = randn(37, dtype: type);
        var site = new RmsNorm("norm", shape, new DenseWeight(gain), 1e-5);

        var difference = Twins.Difference(
            x => FrozenRmsNorm.Of(x[0], gain, 1e-5), x => site.Apply(x[0], site.Read()), Twins.Leaf(type, 40, 9, 37));

        Assert.True(difference < Twins.Rounding(type), $"{difference}");
    }
}
