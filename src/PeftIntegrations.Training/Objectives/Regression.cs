namespace PeftIntegrations.Training;

/// <summary>
/// A number or several for each text: the squared error (s − y)² of each. No number stands for a label that is not known.
/// </summary>
/// <remarks>Labels are [batch], or [batch, labels] where the head has several.</remarks>
[RegisteredAs("regression")]
public sealed record Regression : SupervisedObjective
{
    /// <inheritdoc/>
    protected override Tensor IsSupervised(Tensor labels) => ones_like(labels, dtype: ScalarType.Bool);

    /// <inheritdoc/>
    protected override Tensor Sum(Tensor scores, Tensor labels) =>
        nn.functional.mse_loss(OnlyScore(scores), labels.to(scores.dtype), reduction: nn.Reduction.Sum);
}
