namespace PeftIntegrations.Core;

/// <summary>Task arithmetic (Ilharco et al. 2022, arXiv:2212.04089): the weighted sum.</summary>
[RegisteredAs("linear")]
public sealed record Linear : MergeRule
{
    /// <inheritdoc/>
    public override Tensor Merge(IReadOnlyList<Tensor> tensors, IReadOnlyList<double> weights) => Sum(tensors, weights);
}
