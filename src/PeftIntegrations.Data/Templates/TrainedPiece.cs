namespace PeftIntegrations.Data;

/// <summary>A piece of a conversation's text.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsTrained">Whether its tokens are learnt.</param>
public sealed record TrainedPiece(string Text, bool IsTrained);
