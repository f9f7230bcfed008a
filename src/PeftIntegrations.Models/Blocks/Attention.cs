namespace PeftIntegrations.Models;

/// <summary>
/// Scaled dot-product attention (Vaswani et al. 2017, arXiv:1706.03762), with key–value heads shared by groups of query heads.
/// </summary>
internal static class Attention
{
    /// <summary>[batch, seq, heads·headDim] → [batch, heads, seq, headDim].</summary>
    public static Tensor Split(Tensor x, long headDim) => x.size(1) == 1
        ? x.view(x.size(0), -1, 1, headDim) // one token lies in either order
        : x.view(x.shape[0], x.shape[1], -1, headDim).transpose(1, 2);

    /// <summary>[batch, heads, seq, headDim] → [batch, seq, heads·headDim].</summary>
    public static Tensor Join(Tensor x) => x.size(2) == 1
        ? x.reshape(x.size(0), 1, -1)
        : x.transpose(1, 2).reshape(x.shape[0], x.shape[2], -1);

    /// <summary>softmax(Q·Kᵀ/√headDim + mask)·V: [batch, heads, seq, headDim].</summary>
    public static Tensor ScaledDotProduct(Qkv x) =>
        TiledAttention.Serves(x) ? TiledAttention.Of(x)
        : BlockedAttention.Serves(x) ? BlockedAttention.Of(x)
        : OneQuery.Serves(x) ? OneQuery.Attend(x)
        : Plain(x);

    /// <summary>
    /// The definition: <see cref="TiledAttention"/>, <see cref="BlockedAttention"/> and <see cref="OneQuery"/> are its fast paths.
    /// </summary>
    internal static Tensor Plain(Qkv x)
    {
        var (batch, heads, seq, headDim) = (x.Q.shape[0], x.Q.shape[1], x.Q.shape[2], x.Q.shape[3]);
        var (shared, keys) = (x.K.shape[1], x.K.shape[2]);
        if (seq == 1 && shared != heads)
        {
            // One token: the queries of a group are the rows of one matrix, so keys and values need not be repeated.
            var rows = x.Q.view(batch, shared, heads / shared, headDim);
            return nn.functional.scaled_dot_product_attention(rows, x.K, x.V, x.Mask.Additive(x.Q, x.K)).reshape(batch, heads, 1, headDim);
        }

        var (k, v) = (Repeat(x.K, heads), Repeat(x.V, heads));
        return x.Mask.HidesNoToken && seq == keys
            ? nn.functional.scaled_dot_product_attention(x.Q, k, v, is_casual: x.Mask.Causal && seq > 1)
            : nn.functional.scaled_dot_product_attention(x.Q, k, v, x.Mask.Additive(x.Q, k));
    }

    private static Tensor Repeat(Tensor x, long heads)
    {
        var (batch, shared, keys, headDim) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        return shared == heads ? x
            : x.unsqueeze(2).expand(batch, shared, heads / shared, keys, headDim).reshape(batch, heads, keys, headDim);
    }
}
