namespace PeftIntegrations.Models;

/// <summary>How the vectors of a text's tokens become one.</summary>
public enum Pooling
{
    /// <summary>The mean over the real tokens.</summary>
    Mean,

    /// <summary>The first token's.</summary>
    FirstToken,

    /// <summary>The last real token's.</summary>
    LastToken,

    /// <summary>The largest of each number over the real tokens.</summary>
    Max,
}
