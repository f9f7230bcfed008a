namespace PeftIntegrations.Core;

/// <summary>Rows of an embedding, and of a head tied to it, trained alone.</summary>
public sealed class TokenRows : AffinePatch, IDisposable
{
    private readonly Tensor _indices; // [k] token ids
    private readonly PooledTensor _rows; // [k, hidden]; they start as the frozen rows and are stored whole
    private readonly bool _lookedUp;

    private TokenRows(Tensor indices, PooledTensor rows, bool lookedUp) => (_indices, _rows, _lookedUp) = (indices, rows, lookedUp);

    /// <summary>
    /// The patch for the token embedding, and for a head that multiplies by the embedding's own weight; null for any other layer.
    /// </summary>
    /// <param name="site">The layer.</param>
    /// <param name="ids">Token ids, in the order of the stored rows.</param>
    /// <param name="name">The name of the rows in a file, after the embedding's path.</param>
    /// <param name="pool">Where embedding and head share the rows.</param>
    /// <exception cref="ArgumentException">An id is not in the vocabulary.</exception>
    public static TokenRows? For(AffineSite site, IReadOnlyList<int> ids, string name, TensorPool pool)
    {
        var embedding = pool.Sites.OfType<Embedding>().First(other => other.Role == Role.Embedding);
        var tied = site.Role == Role.Head && site.Weight == embedding.Weight;
        if (site != embedding && !tied) return null;

        if (ids.FirstOrDefault(id => id < 0 || id >= embedding.Vocabulary, -1) is var wrong and not -1)
        {
            throw new ArgumentException(
                $"Token {wrong} cannot be trained: the model's vocabulary has ids 0 to {embedding.Vocabulary - 1}.");
        }

        var indices = tensor(ids.Select(id => (long)id).ToArray(), device: site.Device).DetachFromDisposeScope();
        var rows = pool.GetOrAdd(
            $"base_model.model.{embedding.Path}.{name}",
            () => Trainable.Copy(embedding.Weight.ReadRows(indices)));
        return new(indices, rows, lookedUp: site == embedding);
    }

    /// <summary>Frees the indices; the rows are the adapter's.</summary>
    public void Dispose() => _indices.Dispose();

    /// <inheritdoc/>
    public override Affine Fold(Affine below) =>
        below with { Weight = below.Weight.index_copy(0, _indices, _rows.Value.to(below.Weight.dtype)) };

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, IAffine below)
    {
        var y = below.Forward(x);
        var rows = _rows.Value;
        if (!_lookedUp) return y.index_copy(-1, _indices, nn.functional.linear(x.to(rows.dtype), rows).to(y.dtype)); // [..., vocab]

        var hits = x.unsqueeze(-1).eq(_indices); // [batch, seq, k]
        var own = Embedding.Rows(rows, hits.to(ScalarType.Int64).argmax(-1)).to(y.dtype); // [batch, seq, hidden]
        return where(hits.any(-1, keepdim: true), own, y);
    }
}
