using PeftIntegrations.Core;

namespace PeftIntegrations.Methods.Tests;

/// <summary>A layer small enough to calculate by hand: W₀ = [1 2 3; 4 5 6], b = [10 20], x = [1 1 2], so that W₀x = [9 21].</summary>
internal sealed class ALayerOfTwoByThree
{
    private static readonly ModelShape Shape = new(1, Hidden: 3, Heads: 1, KeyValueHeads: 1, HeadDim: 3, Vocabulary: 4, MaxPositions: 8);

    public ALayerOfTwoByThree(PeftMethod method)
    {
        Site = new(Role.Query, "q", Shape, new DenseWeight(Row(1, 2, 3, 4, 5, 6).view(2, 3)), Row(10, 20));
        Patch = method.PatchFor(Site, new TensorPool([Site]))!;
        Site.Levels = [new Level(new Share([Patch]))];
    }

    public static Tensor X => Row(1, 1, 2).view(1, 3);

    public Projection Site { get; }

    public Patch Patch { get; }

    public Parameter this[string name] => Patch.Tensors.Single(tensor => tensor.Name == name).Tensor;

    /// <summary>Sets a tensor, row by row.</summary>
    public ALayerOfTwoByThree With(string name, params float[] numbers)
    {
        using var _ = no_grad();
        this[name].copy_(tensor(numbers, this[name].shape));
        return this;
    }

    /// <summary>The output for <see cref="X"/>, and the same by the folded weight.</summary>
    public (float[] Forward, float[] Folded) Outputs()
    {
        using var _ = no_grad();
        return (Numbers(Site.Forward(X)), Numbers(Site.Apply(X, Site.Folded())));
    }

    public static float[] Numbers(Tensor t) => [.. t.detach().reshape(-1).data<float>()];

    private static Tensor Row(params float[] numbers) => tensor(numbers);
}
