namespace PeftIntegrations.Data;

/// <summary>
/// How <see cref="Tokenizer"/> encodes; the <c>truncation</c> and <c>padding</c> that a tokenizer file holds are not applied unless asked
/// for here.
/// </summary>
public sealed record EncodingOptions
{
    /// <summary>Whether the tokens that the model expects around a text are added. True by default.</summary>
    public bool AddSpecialTokens { get; init; } = true;

    /// <summary>How long an encoding may become; unlimited by default.</summary>
    public Truncation? Truncation { get; init; }

    /// <summary>How a short encoding is filled up; not at all by default.</summary>
    public EncodingPadding? Padding { get; init; }
}
