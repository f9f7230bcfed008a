namespace PeftIntegrations.Core;

/// <summary>The input of the stack of layers.</summary>
/// <param name="Hidden">[batch, seq, hidden].</param>
/// <param name="Positions">[batch, seq], each token's place in its text; padding before the text has place 0.</param>
/// <param name="Mask">Which keys a query sees.</param>
/// <param name="Cache">Keys and values of the tokens before these, or null.</param>
public readonly record struct Embedded(Tensor Hidden, Tensor Positions, AttentionMask Mask, KeyValueCache? Cache);
