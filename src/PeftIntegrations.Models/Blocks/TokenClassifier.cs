namespace PeftIntegrations.Models;

/// <summary>The scores of the labels at each token: [batch, seq, hidden] → [batch, seq, labels].</summary>
public sealed class TokenClassifier(Projection output) : Head
{
    /// <inheritdoc/>
    public override string TaskType => "TOKEN_CLS";

    /// <inheritdoc/>
    public override Projection Output => output;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor hidden, TokenBatch batch) => output.Forward(hidden);
}
