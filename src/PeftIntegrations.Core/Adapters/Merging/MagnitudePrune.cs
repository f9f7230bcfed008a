namespace PeftIntegrations.Core;

/// <summary>Magnitude pruning before the sum (Han et al. 2015, arXiv:1506.02626): only the largest numbers of each count.</summary>
[RegisteredAs("magnitude_prune")]
public sealed record MagnitudePrune : MergeRule
{
    /// <inheritdoc/>
    public override Tensor Merge(IReadOnlyList<Tensor> tensors, IReadOnlyList<double> weights) => Sum(tensors.Select(Largest), weights);
}
