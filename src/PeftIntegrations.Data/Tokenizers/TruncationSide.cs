namespace PeftIntegrations.Data;

/// <summary>Which end of a text is cut.</summary>
public enum TruncationSide
{
    /// <summary>The end.</summary>
    Right,

    /// <summary>The beginning.</summary>
    Left,
}
