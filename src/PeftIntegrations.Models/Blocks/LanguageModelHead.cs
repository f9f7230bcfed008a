namespace PeftIntegrations.Models;

/// <summary>The score of each vocabulary entry as the next token: [..., hidden] → [..., vocab].</summary>
public sealed class LanguageModelHead(Projection output) : Head
{
    /// <inheritdoc/>
    public override string TaskType => "CAUSAL_LM";

    /// <inheritdoc/>
    public override Projection Output => output;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor hidden, TokenBatch batch) => output.Forward(hidden);
}
