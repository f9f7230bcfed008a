using PeftIntegrations.Testing;

namespace PeftIntegrations.Core.Tests;

public sealed class AFrozenRmsNorm
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> Ways = new()
    {
        ["own gradient"] = (x, gain) => FrozenRmsNorm.Of(x, gain, 1e-5),
        ["libtorch's"] = (x, gain) => FusedRmsNorm.Of(x, gain, 1e-5),
    };

    public static TheoryData<string, ScalarType> Grid =>
    [
        .. from way in Ways.Keys
           from type in new[] { ScalarType.Float64, ScalarType.Float32, ScalarType.BFloat16 }
           select (way, type),
    ];

    [Theory, MemberData(nameof(Grid))]
    public void Normalises_as_its_plain_twin(string way, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var shape = new ModelShape(1, Hidden: 37, Heads: 1, KeyValueHeads: 1, HeadDim: 37, Vocabulary: 4, MaxPositions: 8);
        var gain = randn(37, dtype: type);
        var site = new RmsNorm("norm", shape, new DenseWeight(gain), 1e-5);

        var difference = Twins.Difference(
            x => Ways[way](x[0], gain), x => site.Apply(x[0], site.Read()), Twins.Leaf(type, 40, 9, 37));

        Assert.True(difference < Twins.Rounding(type), $"{difference}");
    }
}
