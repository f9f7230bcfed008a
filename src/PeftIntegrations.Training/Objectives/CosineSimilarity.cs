namespace PeftIntegrations.Training;

/// <summary>
/// The squared error of each pair's cosine to its label (Reimers and Gurevych 2019, arXiv:1908.10084, §3): (cos(u, v) − y)².
/// </summary>
[RegisteredAs("embedding-cosine")]
public sealed record CosineSimilarity : EmbeddingObjective
{
    /// <inheritdoc/>
    public override Tensor Sum(Tensor texts, Tensor labels)
    {
        var cosine = Cosine(texts);
        return nn.functional.mse_loss(cosine, labels.to(cosine.dtype), reduction: nn.Reduction.Sum);
    }
}
