namespace PeftIntegrations.Training;

/// <summary>Cross-entropy of one label for each text or token (Bridle 1990, doi:10.1007/978-3-642-76153-9_28): −log p_y.</summary>
[RegisteredAs("classification"), RegisteredAs("token-classification")]
public sealed record Classification : SupervisedObjective
{
    /// <summary>
    /// w: a weight for each class, for classes of unequal size; null weighs them alike. As in torch's mean, a batch's loss is divided by
    /// the sum of its labels' weights.
    /// </summary>
    public IReadOnlyList<double>? ClassWeights { get; init => field = CrossEntropy.Checked(value, nameof(ClassWeights)); }

    /// <summary>
    /// ε: the share of the probability that is spread over all classes (Szegedy et al. 2015, arXiv:1512.00567); in [0, 1). Default 0.
    /// </summary>
    public double LabelSmoothing { get; init => field = Guard.Within(0, 0.999, value, "0.1 is usual."); }

    /// <inheritdoc/>
    protected override Tensor Sum(Tensor scores, Tensor labels) => CrossEntropy.Sum(scores, labels, ClassWeights, LabelSmoothing);
}
