namespace PeftIntegrations.Models;

/// <summary>A task that a model's last layer can serve.</summary>
public enum HeadKind
{
    /// <summary>The next token (<c>CAUSAL_LM</c>).</summary>
    CausalLanguageModel,

    /// <summary>A hidden token (masked language model).</summary>
    MaskedLanguageModel,

    /// <summary>A label, labels or numbers for a text (<c>SEQ_CLS</c>).</summary>
    Classification,

    /// <summary>A label for each token (<c>TOKEN_CLS</c>).</summary>
    TokenClassification,

    /// <summary>The first and last token of an answer (<c>QUESTION_ANS</c>).</summary>
    QuestionAnswering,

    /// <summary>A vector for a text (<c>FEATURE_EXTRACTION</c>).</summary>
    Embedding,
}
