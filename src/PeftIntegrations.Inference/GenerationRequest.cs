using PeftIntegrations.Data;

namespace PeftIntegrations.Inference;

/// <summary>One text to continue.</summary>
/// <param name="Prompt">Its token ids; at least one.</param>
/// <param name="Options">How to continue it, laid over the model's defaults already.</param>
/// <param name="Tokenizer">The model's tokenizer; needed where the options constrain the text.</param>
public sealed record GenerationRequest(IReadOnlyList<int> Prompt, GenerationOptions Options, Tokenizer? Tokenizer = null);
