namespace PeftIntegrations;

/// <summary>A part of a text that is being written.</summary>
/// <param name="Text">What has become certain; never half a character, never part of a stop text. It may be empty.</param>
/// <param name="Tokens">The new tokens so far.</param>
/// <param name="Whole">With the last part: all of the text, its tokens, and why it ended. Null before.</param>
public readonly record struct StreamedText(string Text, int Tokens, GeneratedText? Whole = null);
