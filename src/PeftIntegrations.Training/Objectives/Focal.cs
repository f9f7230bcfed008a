namespace PeftIntegrations.Training;

/// <summary>Focal loss (Lin et al. 2017, arXiv:1708.02002), for classes of very unequal size: −α_y·(1 − p_y)^γ·log p_y.</summary>
[RegisteredAs("focal")]
public sealed record Focal : SupervisedObjective
{
    /// <summary>γ: how much less an item counts that is already told well; 0 is cross-entropy (§3.2). Default 2.</summary>
    public double Gamma { get; init => field = Guard.Within(0, 100, value, "2 is the paper's."); } = 2;

    /// <summary>α: a factor for each class (§3.1); null for 1.</summary>
    public IReadOnlyList<double>? Alpha { get; init => field = CrossEntropy.Checked(value, nameof(Alpha)); }

    /// <inheritdoc/>
    protected override Tensor Sum(Tensor scores, Tensor labels)
    {
        var logP = nn.functional.log_softmax(scores, 1).gather(1, labels.unsqueeze(1)).squeeze(1); // [items]
        var missing = (-logP.expm1()).clamp(min: 1e-12); // 1 − p, exact where p is nearly 1; at 0 a γ below 1 has no slope
        var losses = -missing.pow(Gamma) * logP;
        return (Alpha is null ? losses : losses * CrossEntropy.WeightsOf(Alpha, scores, labels)).sum();
    }
}
