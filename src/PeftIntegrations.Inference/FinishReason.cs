namespace PeftIntegrations.Inference;

/// <summary>Why a text ended.</summary>
public enum FinishReason
{
    /// <summary>The model gave an end-of-text token, or its constraint lets nothing follow.</summary>
    EndOfText,

    /// <summary>One of the stop texts came.</summary>
    StopText,

    /// <summary>The most tokens that were allowed, or that the model can read, are there.</summary>
    Length,
}
