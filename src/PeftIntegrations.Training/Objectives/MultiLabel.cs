namespace PeftIntegrations.Training;

/// <summary>
/// Any number of labels for each text: the binary cross-entropy of each label by itself (Nam et al. 2013, arXiv:1312.5419):
/// −y·log σ(s) − (1 − y)·log(1 − σ(s)). Each label of each text is an item.
/// </summary>
/// <remarks>Labels are [batch, labels] of 0 and 1, and may be anything between; −100 where it is not known.</remarks>
[RegisteredAs("multi-label")]
public sealed record MultiLabel : SupervisedObjective
{
    /// <inheritdoc/>
    protected override Tensor Sum(Tensor scores, Tensor labels) =>
        nn.functional.binary_cross_entropy_with_logits(OnlyScore(scores), labels.to(scores.dtype), reduction: nn.Reduction.Sum);
}
