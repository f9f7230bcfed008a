namespace PeftIntegrations.Core;

/// <summary>One row of E for each token id.</summary>
public sealed class Embedding(string path, ModelShape model, FrozenWeight weight) : AffineSite(Role.Embedding, path, model)
{
    /// <summary>Number of rows.</summary>
    public long Vocabulary => weight.Shape[0];

    /// <summary>Size of a row.</summary>
    public long Size => weight.Shape[1];

    /// <inheritdoc/>
    public override ScalarType DType => weight.DType;

    /// <inheritdoc/>
    public override Device Device => weight.Device;

    /// <inheritdoc/>
    public override IReadOnlyList<long> WeightShape => weight.Shape;

    /// <inheritdoc/>
    public override long? BiasLength => null;

    /// <inheritdoc/>
    public override Affine Read() => new(weight.Read(), null);

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x, Affine numbers) => Rows(numbers.Weight, x);

    /// <summary>The rows of <paramref name="table"/> at <paramref name="ids"/>: [batch, seq] → [batch, seq, hidden].</summary>
    public static Tensor Rows(Tensor table, Tensor ids) => table.index_select(0, ids.flatten()).view([.. ids.shape, table.shape[1]]);
}
