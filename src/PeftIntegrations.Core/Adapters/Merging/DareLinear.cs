namespace PeftIntegrations.Core;

/// <summary>DARE (Yu et al. 2023, arXiv:2311.03099): numbers dropped at random, the rest enlarged to make up for it, then summed.</summary>
[RegisteredAs("dare_linear")]
public sealed record DareLinear : MergeRule
{
    /// <summary>Draws which numbers stay: from a tensor of probabilities, ones and zeros of its shape. Default: at random.</summary>
    public Func<Tensor, Tensor> Draw { get; init; } = probabilities => probabilities.bernoulli();

    /// <inheritdoc/>
    public override Tensor Merge(IReadOnlyList<Tensor> tensors, IReadOnlyList<double> weights) =>
        Sum(tensors.Select(Dropped).ToArray(), weights);

    internal Tensor Dropped(Tensor t) => t * Draw(full_like(t, Density)) / Density;
}
