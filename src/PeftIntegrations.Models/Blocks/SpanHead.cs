namespace PeftIntegrations.Models;

/// <summary>The scores of each token as the first and as the last of an answer: [batch, seq, hidden] → [batch, seq, 2].</summary>
public sealed class SpanHead(Projection output) : Head
{
    /// <inheritdoc/>
    public override string TaskType => "QUESTION_ANS";

    /// <inheritdoc/>
    public override Projection Output => output;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor hidden, TokenBatch batch) => output.Forward(hidden);
}
