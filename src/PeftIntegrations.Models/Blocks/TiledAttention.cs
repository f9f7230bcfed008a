namespace PeftIntegrations.Models;

/// <summary>
/// Attention in fp32 on a processor, some queries at a time: their scores and probabilities stay in the nearest caches from the first
/// product to the last (Dao et al. 2022, arXiv:2205.14135). Keeps no [seq, keys].
/// </summary>
internal sealed class TiledAttention : OwnGradient<TiledAttention>
{
    /// <summary>softmax(Q·Kᵀ/√headDim + mask)·V: [batch, heads, seq, headDim].</summary>
    public static Tensor Of(Qkv x) => IsNeeded(x.Q, x.K, x.V) ? Run(x.Q, x.K, x.V, x.Mask) : Value(x);

    /// <summary>Whether this is a case for it: many queries, none of them blind where a gradient is asked.</summary>
    public static bool Serves(Qkv x) =>
        x.Q.size(2) > 1 && AttentionTiles.Serves(x) && (x.Mask.LeavesNoneBlind || !IsNeeded(x.Q, x.K, x.V));

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var x = new Qkv((Tensor)inputs[0], (Tensor)inputs[1], (Tensor)inputs[2], (AttentionMask)inputs[3]);
        return (new AttentionTiles(x).Attend(), [x.Q, x.K, x.V]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        var x = new Qkv(kept[0], kept[1], kept[2], (AttentionMask)settings[3]!);
        return [.. new AttentionTiles(x).Gradients(gradient), null];
    }

    private static Tensor Value(Qkv x)
    {
        using var span = KernelTelemetry.Start(nameof(TiledAttention));
        using var scope = NewDisposeScope();
        return new AttentionTiles(x).Attend().MoveToOuterDisposeScope();
    }
}
