namespace PeftIntegrations.Core;

/// <summary>DARE's dropping (arXiv:2311.03099) with TIES's election of signs (arXiv:2306.01708).</summary>
[RegisteredAs("dare_ties")]
public sealed record DareTies : MergeRule
{
    /// <inheritdoc cref="DareLinear.Draw"/>
    public Func<Tensor, Tensor> Draw { get; init; } = probabilities => probabilities.bernoulli();

    /// <inheritdoc cref="Ties.ByCount"/>
    public bool ByCount { get; init; }

    /// <inheritdoc/>
    public override Tensor Merge(IReadOnlyList<Tensor> tensors, IReadOnlyList<double> weights)
    {
        var dare = new DareLinear { Density = Density, Draw = Draw };
        return Elect([.. tensors.Select(dare.Dropped)], weights, ByCount);
    }
}
