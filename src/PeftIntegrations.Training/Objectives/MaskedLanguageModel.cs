namespace PeftIntegrations.Training;

/// <summary>Cross-entropy of the tokens that were hidden from the model (Devlin et al. 2018, arXiv:1810.04805, §3.1).</summary>
/// <remarks>Labels are the ids of the hidden tokens, at their own places; −100 elsewhere.</remarks>
[RegisteredAs("masked-lm")]
public sealed record MaskedLanguageModel : TokenObjective
{
    /// <inheritdoc/>
    protected override bool IsPlain => true;

    /// <inheritdoc/>
    protected override Tensor Sum(Tensor scores, Tensor labels) => CrossEntropy.Sum(scores, labels);
}
