namespace PeftIntegrations.Data;

/// <summary>A text, or two, and all that it is called.</summary>
/// <param name="Text">The text.</param>
/// <param name="Labels">The names of its labels; there may be none.</param>
/// <param name="Pair">The second text, where the labels are of two.</param>
public sealed record MultiLabelText(string Text, IReadOnlyList<string> Labels, string? Pair = null);
