namespace PeftIntegrations.Models;

/// <summary>The score of each vocabulary entry for each token, hidden ones above all: [batch, seq, hidden] → [batch, seq, vocab].</summary>
public sealed class MaskedLanguageModelHead(Projection transform, Func<Tensor, Tensor> act, LayerNorm norm, Projection output) : Head
{
    /// <inheritdoc/>
    public override string TaskType => "MASKED_LM";

    /// <inheritdoc/>
    public override Projection Output => output;

    /// <inheritdoc/>
    public override Tensor Prepare(Tensor hidden) => norm.Forward(act(transform.Forward(hidden)));

    /// <inheritdoc/>
    public override Tensor Forward(Tensor hidden, TokenBatch batch) => output.Forward(Prepare(hidden));
}
