namespace PeftIntegrations.Training;

/// <summary>Examples as a model reads them, with what it should say.</summary>
/// <param name="Tokens">[batch, seq].</param>
/// <param name="Labels">
/// [batch, seq] token ids for a language model, −100 where nothing is to be learned; [batch] classes for a classifier.
/// </param>
public sealed record TrainingBatch(TokenBatch Tokens, Tensor Labels)
{
    /// <summary>The label of a position that is not supervised.</summary>
    public const long Ignored = -100;
}
