using PeftIntegrations.Core;

namespace PeftIntegrations.Methods.Tests;

/// <summary>A block small enough to calculate by hand: f(x) = [x₁ + x₂, 2·x₂] and x = [1 2], so that h = f(x) = [3 4].</summary>
internal sealed class ABlockOfTwo
{
    private static readonly ModelShape Shape = new(1, Hidden: 2, Heads: 1, KeyValueHeads: 1, HeadDim: 2, Vocabulary: 4, MaxPositions: 8);
    private readonly Point<Tensor> _site = new(Role.MlpBlock, "mlp", Shape);
    private readonly Patch _patch;

    public ABlockOfTwo(BottleneckMethod method)
    {
        var inside = new Projection(Role.Up, "mlp.up", Shape, new DenseWeight(zeros(2, 2)));
        _patch = method.PatchFor(_site, new TensorPool([_site, inside]))!;
        _site.Levels = [new Level(new Share([_patch]))];
    }

    /// <summary>What the block reads.</summary>
    public Tensor X { get; } = tensor([1f, 2f], [1, 2], requires_grad: true);

    public Parameter this[string name] => _patch.Tensors.Single(tensor => tensor.Name == $"adapter_{name}").Tensor;

    /// <summary>D = [1 −1; 0 1], b = [0 −1], U = [1 2; 0 −1], c = [½ ¼].</summary>
    public ABlockOfTwo Moved()
    {
        using var _ = no_grad();
        this["down.weight"].copy_(tensor([1f, -1, 0, 1], [2, 2]));
        this["down.bias"].copy_(tensor([0f, -1]));
        this["up.weight"].copy_(tensor([1f, 2, 0, -1], [2, 2]));
        this["up.bias"].copy_(tensor([0.5f, 0.25f]));
        return this;
    }

    public Tensor Output() => _site.Run(X, x => cat([x.sum([-1L], keepdim: true), 2 * x.narrow(-1, 1, 1)], dim: -1));

    /// <summary>The gradients of the sum of the outputs: of a tensor by its name, or of what the block reads.</summary>
    public Func<string, float[]> Gradients()
    {
        Output().sum().backward();
        return name => ALayerOfTwoByThree.Numbers(name == "x" ? X.grad! : this[name].grad!);
    }
}
