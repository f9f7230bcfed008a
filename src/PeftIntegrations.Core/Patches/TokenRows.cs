namespace PeftIntegrations.Core;

/// <summary>Rows of an embedding, and of a head tied to it, trained alone (Hugging Face's <c>trainable_token_indices</c>).</summary>
/// <param name="indices">[k] token ids, ascending.</param>
/// <param name="rows">[k, hidden]; they start as the frozen rows and are stored whole.</param>
/// <param name="ofEmbedding">Whether the layer looks rows up; otherwise it multiplies by them.</param>
internal sealed class TokenRows(Tensor indices, PooledTensor rows, bool ofEmbedding) : AffinePatch, IDisposable
{
    public override Affine Fold(Affine below) => below with { Weight = below.Weight.index_copy(0, indices, rows.Value.to(below.Weight.dtype)) };

    public void Dispose() => indices.Dispose();

    public override Tensor Forward(Tensor x, IAffine below)
    {
        var y = below.Forward(x);
        if (!ofEmbedding) return y.index_copy(-1, indices, nn.functional.linear(x.to(rows.Value.dtype), rows.Value).to(y.dtype)); // [..., vocab]

        var hits = x.unsqueeze(-1).eq(indices); // [batch, seq, k]
        var own = Embedding.Rows(rows.Value, hits.to(ScalarType.Int64).argmax(-1)).to(y.dtype); // [batch, seq, hidden]
        return where(hits.any(-1, keepdim: true), own, y);
    }
}
