namespace PeftIntegrations.Training;

/// <summary>Cross-entropy of one label for each text or token (Bridle 1990).</summary>
[RegisteredAs("classification")]
public sealed record Classification : Objective
{
    /// <summary>A weight for each class, for classes of unequal size; null weighs them alike.</summary>
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>ε: the share of the probability that is spread over all classes (Szegedy et al. 2015, arXiv:1512.00567); in [0, 1). Default 0.</summary>
    public double LabelSmoothing { get; init => field = Guard.Within(0, 0.999, value, "0.1 is usual."); }

    /// <inheritdoc/>
    public override long Items(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        return batch.Labels.ne(TrainingBatch.Ignored).sum().item<long>();
    }

    /// <inheritdoc/>
    public override Tensor Sum(PretrainedModel model, TrainingBatch batch)
    {
        var scores = model.Forward(batch.Tokens); // [batch, labels] or [batch, seq, labels]
        var weights = ClassWeights is null ? null : tensor(ClassWeights.Select(w => (float)w).ToArray(), device: scores.device);
        return nn.functional.cross_entropy(
            scores.reshape(-1, scores.shape[^1]).to(ScalarType.Float32), batch.Labels.reshape(-1), weights,
            ignore_index: TrainingBatch.Ignored, reduction: nn.Reduction.Sum, label_smoothing: LabelSmoothing);
    }
}
