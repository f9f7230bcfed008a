namespace PeftIntegrations.Data;

/// <summary>What becomes of an example that is longer than allowed.</summary>
public enum Overflow
{
    /// <summary>
    /// Raw text is cut in consecutive windows that don't overlap; a last window of one token is left out. Pairs cannot be split.
    /// </summary>
    Split,

    /// <summary>The end is cut off.</summary>
    Truncate,

    /// <summary>It is refused.</summary>
    Error,
}
