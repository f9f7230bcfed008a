namespace PeftIntegrations.Core;

/// <summary>One row of E for each token id, position or segment.</summary>
/// <param name="role">Whether the ids are tokens, or positions or segments.</param>
/// <param name="path">Where it stands in the checkpoint.</param>
/// <param name="model">The sizes of the model.</param>
/// <param name="weight">The rows.</param>
/// <param name="padding">The token that fills short texts, whose row never learns; null for none.</param>
public sealed class Embedding(Role role, string path, ModelShape model, FrozenWeight weight, long? padding = null)
    : AffineSite(role, path, model, weight)
{
    /// <summary>Number of rows.</summary>
    public long Vocabulary => Weight.Shape[0];

    /// <summary>Size of a row.</summary>
    public long Size => Weight.Shape[1];

    /// <inheritdoc/>
    public override long? BiasLength => null;

    /// <inheritdoc/>
    public override Affine Read() => new(Weight.Read(), null);

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x, Affine numbers)
    {
        var rows = Rows(numbers.Weight, x);
        return padding is { } id && numbers.Weight.requires_grad ? where(x.eq(id).unsqueeze(-1), rows.detach(), rows) : rows;
    }

    /// <inheritdoc/>
    public override Tensor ForwardFrozen(Tensor x) =>
        Weight.IsWatched ? Apply(x, Read()) : Weight.ReadRows(x.flatten()).view([.. x.shape, Size]);

    /// <summary>The rows of <paramref name="table"/> at <paramref name="ids"/>: [batch, seq] → [batch, seq, hidden].</summary>
    public static Tensor Rows(Tensor table, Tensor ids) => table.index_select(0, ids.flatten()).view([.. ids.shape, table.shape[1]]);
}
