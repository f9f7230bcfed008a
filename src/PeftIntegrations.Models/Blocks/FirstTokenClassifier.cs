namespace PeftIntegrations.Models;

/// <summary>The scores of the labels from the first token, through a pooler with tanh: [batch, seq, hidden] → [batch, labels].</summary>
public sealed class FirstTokenClassifier(Projection pooler, Projection output) : Head
{
    /// <inheritdoc/>
    public override string TaskType => "SEQ_CLS";

    /// <inheritdoc/>
    public override Projection Output => output;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor hidden, TokenBatch batch) => output.Forward(pooler.Forward(hidden.select(1, 0)).tanh());
}
