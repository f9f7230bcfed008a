namespace PeftIntegrations.Training;

/// <summary>
/// Cross-entropy of each supervised token given those before it (Radford et al. 2018). No logits are made where no label is.
/// </summary>
[RegisteredAs("causal-lm"), RegisteredAs("sft")]
public sealed record CausalLanguageModel : TokenObjective
{
    /// <summary>
    /// ε: the share of the probability that is spread over the vocabulary (Szegedy et al. 2015, arXiv:1512.00567); in [0, 1). Default 0.
    /// </summary>
    public double LabelSmoothing { get; init => field = Guard.Within(0, 0.999, value, "0.1 is usual."); }

    /// <summary>
    /// The factor of log²Z, which keeps logits from drifting (Chowdhery et al. 2022, arXiv:2204.02311, §5: 1e-4). Default 0.
    /// </summary>
    public double ZLoss { get; init => field = Guard.Within(0, 1e3, value, "1e-4 is usual."); }

    /// <inheritdoc/>
    protected override bool IsPlain => LabelSmoothing == 0 && ZLoss == 0;

    /// <inheritdoc/>
    // token i is predicted at place i − 1, unless another document ends there
    protected override Tensor Targets(TrainingBatch batch)
    {
        var labels = batch.Labels.narrow(1, 1, batch.Labels.shape[1] - 1);
        if (batch.Tokens.Documents is not { } documents) return labels;

        var starts = documents.Positions(batch.Labels.shape[1], labels.device).narrow(1, 1, labels.shape[1]).eq(0);
        return labels.masked_fill(starts, TrainingBatch.Ignored);
    }

    /// <inheritdoc/>
    protected override Tensor Sum(Tensor scores, Tensor labels)
    {
        var entropy = CrossEntropy.Sum(scores, labels, smoothing: LabelSmoothing);
        return ZLoss == 0 ? entropy : entropy + ZLoss * scores.logsumexp(1).square().sum();
    }
}
