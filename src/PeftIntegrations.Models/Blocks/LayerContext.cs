namespace PeftIntegrations.Models;

/// <summary>What every layer of one forward pass shares.</summary>
/// <param name="Cos">[batch, 1, seq, headDim], cosines of the rotary angles.</param>
/// <param name="Sin">[batch, 1, seq, headDim], sines.</param>
/// <param name="Mask">Which keys a query sees.</param>
/// <param name="Cache">Keys and values of earlier tokens, or null.</param>
internal readonly record struct LayerContext(Tensor Cos, Tensor Sin, AttentionMask Mask, KeyValueCache? Cache)
{
    /// <summary>Rotates queries or keys to their positions: [batch, heads, seq, headDim].</summary>
    public Tensor Rotate(Tensor x) => Rotary.Rotate(x, Cos, Sin);
}
