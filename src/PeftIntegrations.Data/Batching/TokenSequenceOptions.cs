namespace PeftIntegrations.Data;

/// <summary>How texts become <see cref="TokenSequence"/>s.</summary>
public sealed record TokenSequenceOptions
{
    /// <summary>The most tokens in a row. At least 2; 512 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 2.</exception>
    public int MaxLength
    {
        get;
        init => field = value >= 2 ? value : throw new ArgumentOutOfRangeException(
            nameof(MaxLength), value, "MaxLength must be at least 2: a token is learnt from those before it.");
    } = 512;

    /// <summary>
    /// Whether the tokenizer's special tokens go before a text, and the end token behind a completion. True by default; false where a chat
    /// template wrote them.
    /// </summary>
    public bool AddSpecialTokens { get; init; } = true;

    /// <summary>Whether the prompt of a pair is learnt too. False by default.</summary>
    public bool SupervisePrompt { get; init; }

    /// <summary>
    /// What becomes of longer examples; by default raw text is split, and a longer pair is an error, as a cut completion teaches to stop
    /// short.
    /// </summary>
    public Overflow? Overflow { get; init; }
}
