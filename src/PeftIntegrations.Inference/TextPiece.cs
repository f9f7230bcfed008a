namespace PeftIntegrations.Inference;

/// <summary>Text of one row of a batch, as soon as it is certain.</summary>
/// <param name="Row">Which prompt's continuation, from 0.</param>
/// <param name="Text">The text; never half a character, never part of a stop text.</param>
/// <param name="Tokens">The new tokens of the row so far.</param>
public readonly record struct TextPiece(int Row, string Text, int Tokens);
