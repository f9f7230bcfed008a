namespace PeftIntegrations.Core;

/// <summary>The input of attention's core.</summary>
/// <param name="Q">[batch, heads, seq, headDim], rotated.</param>
/// <param name="K">[batch, keyValueHeads, keys, headDim], rotated.</param>
/// <param name="V">[batch, keyValueHeads, keys, headDim].</param>
/// <param name="Mask">Which keys a query sees.</param>
public readonly record struct Qkv(Tensor Q, Tensor K, Tensor V, AttentionMask Mask);
