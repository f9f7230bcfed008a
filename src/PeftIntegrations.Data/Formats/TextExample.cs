namespace PeftIntegrations.Data;

/// <summary>One example: a prompt and the completion to learn, or raw text.</summary>
/// <param name="Prompt">What comes before the completion; all of the text where there is none.</param>
/// <param name="Completion">What the model shall learn to say; null = <paramref name="Prompt"/> is raw text, learnt as a whole.</param>
public sealed record TextExample(string Prompt, string? Completion = null);
