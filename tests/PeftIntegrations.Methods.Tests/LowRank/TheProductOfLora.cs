using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Methods.Tests;

public sealed class TheProductOfLora
{
    private static readonly ModelShape Shape = new(1, Hidden: 6, Heads: 1, KeyValueHeads: 1, HeadDim: 6, Vocabulary: 4, MaxPositions: 8);

    public static MatrixTheoryData<ScalarType, bool, bool> Cases =>
        new([ScalarType.Float64, ScalarType.Float32, ScalarType.BFloat16], [false, true], [false, true]);

    [Theory, MemberData(nameof(Cases))]
    public void Is_that_of_its_plain_twin(ScalarType type, bool biased, bool dropped)
    {
        using var scope = NewDisposeScope();
        var layer = Layer(type, biased);
        var mask = dropped ? (rand(2, 3, 6) > 0.5).to(type) : null;

        var difference = Twins.Difference(
            x => LowRankProduct.Of(x[0], Seen(x[0]), layer, new(x[1], x[2], 2)),
            x => (layer.Forward(x[0]) + 2 * (Seen(x[0]) ?? x[0]).to(x[1].dtype).matmul(x[1].t()).matmul(x[2].t())).to(type),
            Twins.Leaf(type, 2, 3, 6), Small(Wider(type), 4, 6), Small(Wider(type), 5, 4));

        Assert.True(difference < Twins.Rounding(type), $"{difference}");

        Tensor? Seen(Tensor x) => mask is null ? null : x * mask;
    }

    [Theory, InlineData(ScalarType.Float64), InlineData(ScalarType.Float32), InlineData(ScalarType.BFloat16)]
    public void Is_for_groups_of_rows_that_of_each(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var layer = Layer(type, biased: true);
        var (first, second) = (Update(rank: 4), Update(rank: 1));
        var groups = new[] { (Rows(0, 2), first), (Rows(2, 1), null), (Rows(3, 3), second) };

        var difference = Twins.Difference(
            x => LowRankGroups.Of(x[0], layer, groups),
            x => cat([
                LowRankProduct.Of(x[0].narrow(0, 0, 2), null, layer, first.Term),
                layer.Forward(x[0].narrow(0, 2, 1)),
                LowRankProduct.Of(x[0].narrow(0, 3, 3), null, layer, second.Term)]),
            Twins.Leaf(type, 6, 3, 6), first.A, first.B, second.A, second.B);

        Assert.True(difference < Twins.Rounding(type), $"{difference}");

        LowRank Update(int rank) => new(layer, (Small(Wider(type), rank, 6), Small(Wider(type), 5, rank)), 2, dropout: 0, shifted: false);

        static PatchedRows Rows(long first, long count) => new(first, count, null);
    }

    private static Projection Layer(ScalarType type, bool biased) =>
        new(Role.Query, "q", Shape, new DenseWeight(randn(5, 6).to(type)), biased ? randn(5).to(type) : null);

    private static Tensor Small(ScalarType type, params long[] shape) => (randn(shape, type) / 4).detach().requires_grad_();

    // Masters of a model in bf16 are in fp32.
    private static ScalarType Wider(ScalarType type) => type == ScalarType.BFloat16 ? ScalarType.Float32 : type;
}
