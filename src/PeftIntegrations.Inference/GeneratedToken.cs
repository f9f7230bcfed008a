namespace PeftIntegrations.Inference;

/// <summary>A token of one text of a batch.</summary>
/// <param name="Row">Which text, from 0.</param>
/// <param name="Id">The token.</param>
/// <param name="Ended">Why the text ends with this token, or null while it goes on.</param>
public readonly record struct GeneratedToken(int Row, int Id, FinishReason? Ended);
