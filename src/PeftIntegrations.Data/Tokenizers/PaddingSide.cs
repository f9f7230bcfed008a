namespace PeftIntegrations.Data;

/// <summary>Which end of a sequence is filled up.</summary>
public enum PaddingSide
{
    /// <summary>The end, as training does.</summary>
    Right,

    /// <summary>The beginning, as batched generation needs.</summary>
    Left,
}
