using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Methods.Tests;

public sealed class TheProductOfDora
{
    private static readonly ModelShape Shape = new(1, Hidden: 6, Heads: 1, KeyValueHeads: 1, HeadDim: 6, Vocabulary: 4, MaxPositions: 8);

    [Theory, InlineData(false), InlineData(true)]
    public void Is_that_of_its_plain_twin(bool biased)
    {
        using var scope = NewDisposeScope();
        var (weight, norms, bias) = (Twins.Leaf(5, 6).detach(), Twins.Leaf(5).detach().abs() + 1, Twins.Leaf(5).detach());
        var layer = new Projection(Role.Query, "q", Shape, new DenseWeight(weight), biased ? bias : null);

        var difference = Twins.Difference(
            x => DecomposedProduct.Of(x[0], layer, new(x[1], x[2], 2), x[3], norms),
            x => x[3] / norms * (x[0].matmul(weight.t()) + 2 * x[0].matmul(x[1].t()).matmul(x[2].t())) + (biased ? bias : bias * 0),
            Twins.Leaf(2, 3, 6), Twins.Leaf(4, 6), Twins.Leaf(5, 4), Twins.Leaf(5));

        Assert.True(difference < Twins.Rounding(ScalarType.Float64), $"{difference}");
    }
}
