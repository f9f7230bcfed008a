using PeftIntegrations.Core;

namespace PeftIntegrations.Methods.Tests;

/// <summary>Output u = [3 4] and stream h = [1 −2]; D = [1 −1; 0 1], b = [0 −1], U = [1 2; 0 −1], c = [½ ¼].</summary>
public sealed class PfeifferByHand
{
    private static readonly ModelShape Shape = new(1, Hidden: 2, Heads: 1, KeyValueHeads: 1, HeadDim: 2, Vocabulary: 4, MaxPositions: 8);
    private readonly Point<Joined> _site = new(Role.MlpSum, "layer", Shape);
    private readonly Patch _patch;

    public PfeifferByHand()
    {
        var inside = new Projection(Role.Up, "mlp.up", Shape, new DenseWeight(zeros(2, 2)));
        _patch = new Pfeiffer { ReductionFactor = 1 }.PatchFor(_site, new TensorPool([_site, inside]))!;
        _site.Levels = [new Level(new Share([_patch]))];
    }

    [Fact]
    public void Starts_silent()
    {
        Assert.Equal([4f, 2], ALayerOfTwoByThree.Numbers(Sum()));
        Assert.Equal([8f, 4], ALayerOfTwoByThree.Numbers(Sum(norm: x => 2 * x)));
    }

    [Fact]
    public void Reads_the_sum_and_adds_to_the_output()
    {
        Move();

        var sum = Sum(); // z = u + h = [4 2], D·z + b = [2 1], U·[2 1] + c = [4.5 −0.75]
        sum.sum().backward();

        Assert.Equal([8.5f, 1.25f], ALayerOfTwoByThree.Numbers(sum));
        Assert.Equal([2f, 1, 2, 1], Gradient("up.weight")); // ȳ·σ(a)ᵀ
        Assert.Equal([4f, 2, 4, 2], Gradient("down.weight")); // (Uᵀȳ = [1 1])·zᵀ
        Assert.Equal([1f, 1], Gradient("down.bias"));
    }

    [Fact]
    public void Reads_it_normalised_where_the_model_does_so_at_once()
    {
        Move();

        var sum = Sum(norm: x => 2 * x); // z = [8 4], D·z + b = [4 3], U·[4 3] + c = [10.5 −2.75]

        Assert.Equal([2 * (3 + 10.5f + 1), 2 * (4 - 2.75f - 2)], ALayerOfTwoByThree.Numbers(sum));
    }

    private Tensor Sum(Func<Tensor, Tensor>? norm = null) =>
        _site.Run(new(tensor([3f, 4], [1, 2]), tensor([1f, -2], [1, 2]), norm), joined => joined.Sum());

    private float[] Gradient(string name) => ALayerOfTwoByThree.Numbers(Tensor(name).grad!);

    private Parameter Tensor(string name) => _patch.Tensors.Single(tensor => tensor.Name == $"adapter_{name}").Tensor;

    private void Move()
    {
        using var _ = no_grad();
        Tensor("down.weight").copy_(tensor([1f, -1, 0, 1], [2, 2]));
        Tensor("down.bias").copy_(tensor([0f, -1]));
        Tensor("up.weight").copy_(tensor([1f, 2, 0, -1], [2, 2]));
        Tensor("up.bias").copy_(tensor([0.5f, 0.25f]));
    }
}
