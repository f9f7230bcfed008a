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
    public static Tensor Of(Qkv x) => x.Mask.AdditiveKeys(x.Q.dtype) is { } hidden
        ? Run(x.Q, Rows(x.K), Rows(x.V), hidden)
        : Run(x.Q, Rows(x.K), Rows(x.V));

    /// <summary>Whether this is a case for it.</summary>
    public static bool Serves(Qkv x) => x.Mask.Causal && x.Q.shape[2] == x.K.shape[2] && x.Q.shape[2] > 1 && IsNeeded(x.Q, x.K, x.V)
        && x.Mask.AllSeeTheFirst;

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var (q, k, v, hidden) = ((Tensor)inputs[0], (Tensor)inputs[1], (Tensor)inputs[2], (Tensor?)inputs.ElementAtOrDefault(3));
        var grouped = Group(q, k); // [batch, kvHeads, group, seq, headDim]
        var result = empty_like(grouped);
        foreach (var (start, length) in Blocks(q.shape[2]))
        {
            var seen = start + length;
            var p = Probabilities(Cut(grouped, start, length), k.narrow(1, 0, seen), hidden, start); // [batch·kvHeads, group·length, seen]
            Put(result, start, length, p.bmm(v.narrow(1, 0, seen)));
        }

        Tensor[] kept = [q, k, v];
        return (result.view(q.shape), hidden is null ? kept : [.. kept, hidden]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        var (q, k, v, hidden) = (kept[0], kept[1], kept[2], kept.ElementAtOrDefault(3));
        var (grouped, incoming) = (Group(q, k), Group(gradient, k));
        var dq = empty_like(grouped);
        var wide = q.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var (dk, dv) = (zeros_like(k, dtype: wide), zeros_like(v, dtype: wide));
        foreach (var (start, length) in Blocks(q.shape[2]))
        {
            using var scope = NewDisposeScope();
            var seen = start + length;
            var (qb, gb, kb) = (Cut(grouped, start, length), Cut(incoming, start, length), k.narrow(1, 0, seen));
            var p = Probabilities(qb, kb, hidden, start);
            dv.narrow(1, 0, seen).add_(p.transpose(1, 2).bmm(gb));
            var dp = gb.bmm(v.narrow(1, 0, seen).transpose(1, 2)).mul_(p);
            var ds = dp.addcmul_(p, dp.sum([-1L], keepdim: true), -1).mul_(Scale(q)); // through the softmax
            Put(dq, start, length, ds.bmm(kb));
            dk.narrow(1, 0, seen).add_(ds.transpose(1, 2).bmm(qb));
        }

        Tensor?[] gradients = [dq.view(q.shape), dk.to(k.dtype), dv.to(v.dtype)];
        return hidden is null ? gradients : [.. gradients, null];
    }

    private static double Scale(Tensor q) => 1 / Math.Sqrt(q.shape[^1]);

    private static IEnumerable<(long Start, long Length)> Blocks(long seq)
    {
        for (var start = 0L; start < seq; start += Block) yield return (start, Math.Min(Block, seq - start));
    }

    // [batch·kvHeads, group·length, seen]
    private static Tensor Probabilities(Tensor q, Tensor k, Tensor? hidden, long start)
    {
        var scores = q.bmm(k.transpose(1, 2)).mul_(Scale(q));
        var (length, seen) = (k.shape[1] - start, k.shape[1]);
        var rows = scores.view(q.shape[0], -1, length, seen);
        rows.narrow(3, start, length).add_(Triangle(length, q));
        if (hidden is null) return scores.softmax(-1);

        var heads = q.shape[0] / hidden.shape[0];
        rows.add_(hidden.narrow(1, 0, seen).repeat_interleave(heads, 0).view(-1, 1, 1, seen));
        return scores.softmax(-1);
    }

    private static Tensor Triangle(long length, Tensor like) =>
        full([length, length], AttentionMask.Hidden(like.dtype), dtype: like.dtype, device: like.device).triu(1);

    private static Tensor Rows(Tensor x) => x.reshape(-1, x.shape[2], x.shape[3]); // [batch·kvHeads, seq, headDim]

    // [batch, heads, seq, headDim] → [batch·kvHeads, group, seq, headDim]
    private static Tensor Group(Tensor x, Tensor keys) => x.reshape(keys.shape[0], -1, x.shape[2], x.shape[3]);

    // [batch·kvHeads, group, seq, headDim] → [batch·kvHeads, group·length, headDim]
    private static Tensor Cut(Tensor grouped, long start, long length) =>
        grouped.narrow(2, start, length).reshape(grouped.shape[0], -1, grouped.shape[3]);

    private static void Put(Tensor grouped, long start, long length, Tensor block) =>
        grouped.narrow(2, start, length).copy_(block.view(grouped.shape[0], grouped.shape[1], length, grouped.shape[3]));
}
