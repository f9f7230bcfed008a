namespace PeftIntegrations.Data;

/// <summary>A text, or two, and a number for it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Score">The number, such as a rating; of two texts, how alike they are.</param>
/// <param name="Pair">The second text, where the number is of two.</param>
public sealed record ScoredText(string Text, float Score, string? Pair = null);
