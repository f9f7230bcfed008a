namespace PeftIntegrations.Training;

/// <summary>
/// CoSENT (Su 2022, kexue.fm/archives/8847): pairs of texts that are labelled more alike must have the larger cosine:
/// log(1 + Σ exp(λ·(cos_i − cos_j))) over all i, j with y_i &lt; y_j. A batch is one item.
/// </summary>
[RegisteredAs("embedding-cosent")]
public sealed record CoSent : EmbeddingObjective
{
    /// <summary>λ, the factor of the cosines. Default 20.</summary>
    public double Scale { get; init => field = Guard.Above(0, value, "20 is usual."); } = 20;

    /// <inheritdoc/>
    public override long Items(TrainingBatch batch) => 1;

    /// <inheritdoc/>
    public override Tensor Sum(Tensor texts, Tensor labels)
    {
        var cosine = Cosine(texts);
        var differences = Scale * (cosine.unsqueeze(1) - cosine.unsqueeze(0)); // [rows, rows]
        var ordered = differences.masked_select(labels.unsqueeze(1).lt(labels.unsqueeze(0)));
        return cat([zeros(1, dtype: cosine.dtype, device: cosine.device), ordered]).logsumexp(0);
    }
}
