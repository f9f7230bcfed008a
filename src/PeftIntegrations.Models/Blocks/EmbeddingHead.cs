namespace PeftIntegrations.Models;

/// <summary>One vector for a text: [batch, seq, hidden] → [batch, hidden].</summary>
/// <param name="pooling">How the tokens' vectors become one.</param>
/// <param name="normalised">Whether the vector is scaled to length 1.</param>
public sealed class EmbeddingHead(Pooling pooling, bool normalised = false) : Head
{
    /// <inheritdoc/>
    public override string TaskType => "FEATURE_EXTRACTION";

    /// <inheritdoc/>
    public override Projection? Output => null;

    /// <summary>How the tokens' vectors become one.</summary>
    public Pooling Pooling => pooling;

    /// <summary>Whether the vector is scaled to length 1.</summary>
    public bool Normalised => normalised;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor hidden, TokenBatch batch)
    {
        var pooled = Pool(hidden, batch.Mask ?? ones(hidden.shape[0], hidden.shape[1], dtype: ScalarType.Bool, device: hidden.device));
        return normalised ? nn.functional.normalize(pooled, dim: -1) : pooled;
    }

    private Tensor Pool(Tensor hidden, Tensor mask)
    {
        var real = mask.unsqueeze(-1); // [batch, seq, 1]
        return pooling switch
        {
            Pooling.FirstToken => hidden.select(1, 0),
            Pooling.LastToken => LastTokenClassifier.LastOf(hidden, mask),
            Pooling.Max => hidden.masked_fill(real.logical_not(), float.MinValue).amax([1L]),
            _ => (hidden * real.to(hidden.dtype)).sum(1) / real.sum(1).clamp(min: 1).to(hidden.dtype),
        };
    }
}
