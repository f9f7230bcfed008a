namespace PeftIntegrations.Training;

/// <summary>
/// Contrastive loss (Hadsell et al. 2006, doi:10.1109/CVPR.2006.100) on the cosine distance d = 1 − cos:
/// ½·(y·d² + (1 − y)·max(0, m − d)²); y is 1 for a pair that belongs together, else 0.
/// </summary>
[RegisteredAs("embedding-contrastive")]
public sealed record Contrastive : EmbeddingObjective
{
    /// <summary>
    /// m: from this distance on a pair that does not belong together is left alone; in (0, 2]. Default 0.5, as sentence-transformers has
    /// it.
    /// </summary>
    public double Margin { get; init => field = Guard.Within(1e-6, 2, value, "0.5 is usual."); } = 0.5;

    /// <inheritdoc/>
    public override Tensor Sum(Tensor texts, Tensor labels)
    {
        var d = 1 - Cosine(texts);
        var y = labels.to(d.dtype);
        return 0.5 * (y * d.square() + (1 - y) * (Margin - d).relu().square()).sum();
    }
}
