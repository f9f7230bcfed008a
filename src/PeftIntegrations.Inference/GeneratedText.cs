namespace PeftIntegrations.Inference;

/// <summary>A continued text.</summary>
/// <param name="Text">The new text, without the prompt, special tokens and the stop text.</param>
/// <param name="Tokens">The new tokens, an end-of-text token included.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="Reason">Why it ended.</param>
public sealed record GeneratedText(string Text, IReadOnlyList<int> Tokens, int PromptTokens, FinishReason Reason);
