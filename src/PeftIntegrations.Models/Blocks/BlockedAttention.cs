namespace PeftIntegrations.Models;

/// <summary>
/// Causal attention in blocks of queries, each against the keys that it sees: heads that share keys are the rows of one product, and
/// what is above the diagonal is not computed. Keeps no [seq, seq].
/// </summary>
internal sealed class BlockedAttention : OwnGradient<BlockedAttention>
{
    private const long Block = 128; // 64 is as fast, 256 half as fast

    /// <summary>softmax(Q·Kᵀ/√headDim + mask)·V: [batch, heads, seq, headDim].</summary>
    /// <param name="x">Queries, keys and values of one length.</param>
    public static Tensor Of(Qkv x) => Run(x.Q, Rows(x.K), Rows(x.V), x.Mask);

    /// <summary>Whether this is a case for it; a GPU's own kernels do as well in one call.</summary>
    public static bool Serves(Qkv x) => x.Q.device_type != DeviceType.CUDA && x.Mask.Causal && x.Q.shape[2] == x.K.shape[2]
        && x.Q.shape[2] > 1 && IsNeeded(x.Q, x.K, x.V) && x.Mask.LeavesNoneBlind;

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var (q, k, v, mask) = ((Tensor)inputs[0], (Tensor)inputs[1], (Tensor)inputs[2], (AttentionMask)inputs[3]);
        var (batch, heads, seq, headDim) = (q.shape[0], q.shape[1], q.shape[2], q.shape[3]);
        var grouped = Group(q, k); // [batch, kvHeads, group, seq, headDim]
        var result = empty([batch, seq, heads, headDim], dtype: q.dtype, device: q.device).transpose(1, 2); // as the next layer reads it
        foreach (var block in Blocks(q.shape[2], mask))
        {
            using var scope = NewDisposeScope();
            var p = Probabilities(q, Cut(grouped, block), block.Of(k), (mask, block)); // [batch·kvHeads, group·length, seen]
            Put(Group(result, k), block, p.bmm(block.Of(v)));
        }

        return (result, [q, k, v]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        var (q, k, v, mask) = (kept[0], kept[1], kept[2], (AttentionMask)settings[3]!);
        var (grouped, incoming) = (Group(q, k), Group(gradient, k));
        var dq = empty(q.shape, dtype: q.dtype, device: q.device);
        var wide = q.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var (dk, dv) = (zeros_like(k, dtype: wide), zeros_like(v, dtype: wide));
        foreach (var block in Blocks(q.shape[2], mask))
        {
            using var scope = NewDisposeScope();
            var (qb, gb, kb) = (Cut(grouped, block), Cut(incoming, block), block.Of(k));
            var p = Probabilities(q, qb, kb, (mask, block));
            block.Of(dv).add_(p.transpose(1, 2).bmm(gb));
            var ds = ThroughSoftmax(gb.bmm(block.Of(v).transpose(1, 2)), p, Scale(q));
            Put(Group(dq, k), block, ds.bmm(kb));
            block.Of(dk).add_(ds.transpose(1, 2).bmm(qb));
        }

        return [dq, dk.to(k.dtype), dv.to(v.dtype), null];
    }

    private static double Scale(Tensor q) => 1 / Math.Sqrt(q.shape[^1]);

    private static IEnumerable<Place> Blocks(long seq, AttentionMask mask)
    {
        for (var start = 0L; start < seq; start += Block) yield return new(start, Math.Min(Block, seq - start), mask.FirstSeenFrom(start));
    }

    // [batch·kvHeads, group·length, seen]
    private static Tensor Probabilities(Tensor all, Tensor q, Tensor k, (AttentionMask Mask, Place Block) at)
    {
        var scores = q.bmm(k.transpose(1, 2));
        var (length, seen) = (at.Block.Length, at.Block.Seen);
        var hidden = at.Mask.AdditiveBlock(all, (at.Block.Start, length), (at.Block.First, seen)); // [batch, length or 1, seen]
        if (SoftmaxRows.Serves(scores)) return SoftmaxRows.Softmax(scores, (int)length, Scale(all), hidden?.contiguous());

        var rows = scores.mul_(Scale(all)).view(all.shape[0], -1, length, seen); // [batch, heads, length, seen]
        rows.narrow(3, seen - length, length).add_(Triangle(length, q));
        if (hidden is not null) rows.add_(hidden.unsqueeze(1));
        return scores.softmax(-1);
    }

    // The gradient by the scores, in place of that by the probabilities.
    private static Tensor ThroughSoftmax(Tensor gradient, Tensor p, double scale)
    {
        if (SoftmaxRows.Serves(gradient)) return SoftmaxRows.Gradient(gradient, p, scale);

        var dp = gradient.mul_(p);
        return dp.addcmul_(p, dp.sum([-1L], keepdim: true), -1).mul_(scale);
    }

    private static Tensor Triangle(long length, Tensor like) =>
        full([length, length], AttentionMask.Hidden(like.dtype), dtype: like.dtype, device: like.device).triu(1);

    private static Tensor Rows(Tensor x) => x.reshape(-1, x.shape[2], x.shape[3]); // [batch·kvHeads, seq, headDim]

    // [batch, heads, seq, headDim] → [batch, kvHeads, group, seq, headDim]; keys: [batch·kvHeads, seq, headDim]
    private static Tensor Group(Tensor x, Tensor keys) =>
        x.reshape(x.shape[0], keys.shape[0] / x.shape[0], -1, x.shape[2], x.shape[3]);

    // [batch, kvHeads, group, seq, headDim] → [batch·kvHeads, group·length, headDim]
    private static Tensor Cut(Tensor grouped, Place at) =>
        grouped.narrow(3, at.Start, at.Length).reshape(grouped.shape[0] * grouped.shape[1], -1, grouped.shape[4]);

    private static void Put(Tensor grouped, Place at, Tensor block)
    {
        var place = grouped.narrow(3, at.Start, at.Length);
        place.copy_(block.view(place.shape));
    }

    /// <param name="Start">The first query of a block.</param>
    /// <param name="Length">Its queries.</param>
    /// <param name="First">The first key that one of them sees; the last is the last query's own.</param>
    private readonly record struct Place(long Start, long Length, long First)
    {
        public long Seen => Start + Length - First;

        // [batch·kvHeads, seen, headDim]
        public Tensor Of(Tensor keys) => keys.narrow(1, First, Seen);
    }
}
