using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Methods.Tests;

public sealed class TheProductOfLora
{
    private static readonly ModelShape Shape = new(1, Hidden: 6, Heads: 1, KeyValueHeads: 1, HeadDim: 6, Vocabulary: 4, MaxPositions: 8);

    [Theory, InlineData(false, false), InlineData(true, false), InlineData(true, true)]
    public void Is_that_of_its_plain_twin(bool biased, bool dropped)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = (Twins.Leaf(5, 6).detach(), biased ? Twins.Leaf(5).detach() : null);
        var layer = new Projection(Role.Query, "q", Shape, new DenseWeight(weight), bias);
        var mask = dropped ? Twins.Leaf(2, 3, 6).detach() : null;

        var difference = Twins.Difference(
            x => LowRankProduct.Of(x[0], Seen(x[0]), layer, (x[1], x[2], 2)),
            x => layer.Forward(x[0]) + 2 * (Seen(x[0]) ?? x[0]).matmul(x[1].t()).matmul(x[2].t()),
            Twins.Leaf(2, 3, 6), Twins.Leaf(4, 6), Twins.Leaf(5, 4));

        Assert.True(difference < 1e-12, $"{difference}");

        Tensor? Seen(Tensor x) => mask is null ? null : x * mask;
    }
}
