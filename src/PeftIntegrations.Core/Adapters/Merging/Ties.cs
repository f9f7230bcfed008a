namespace PeftIntegrations.Core;

/// <summary>TIES (Yadav et al. 2023, arXiv:2306.01708): trim to the largest numbers, elect a sign, average those that agree.</summary>
[RegisteredAs("ties")]
public sealed record Ties : MergeRule
{
    /// <summary>Whether the sign is elected by count instead of by sum. Default false.</summary>
    public bool ByCount { get; init; }

    /// <inheritdoc/>
    public override Tensor Merge(IReadOnlyList<Tensor> tensors, IReadOnlyList<double> weights) =>
        Elect([.. tensors.Select(Largest)], weights, ByCount);
}
