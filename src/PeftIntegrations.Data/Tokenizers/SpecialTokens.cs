namespace PeftIntegrations.Data;

/// <summary>The ids of the tokens that have a part to play, where the tokenizer's files name them.</summary>
/// <param name="Beginning">Begins a text (bos).</param>
/// <param name="End">Ends a text (eos).</param>
/// <param name="Unknown">Stands for what the vocabulary lacks (unk).</param>
/// <param name="Padding">Fills short rows up (pad).</param>
/// <param name="Mask">Stands where a token is hidden (mask).</param>
public sealed record SpecialTokens(
    int? Beginning = null, int? End = null, int? Unknown = null, int? Padding = null, int? Mask = null);
