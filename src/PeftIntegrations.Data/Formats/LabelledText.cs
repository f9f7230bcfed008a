namespace PeftIntegrations.Data;

/// <summary>A text, or two, and what it is called.</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">The name of its class.</param>
/// <param name="Pair">The second text, where the label is of two, such as a question and an answer.</param>
public sealed record LabelledText(string Text, string Label, string? Pair = null);
