namespace PeftIntegrations.Core;

/// <summary>
/// A matrix kept in a GGUF file's blocks. Few rows are multiplied by the blocks themselves; for more it is dequantised, used and freed.
/// </summary>
public sealed class GgufWeight : FrozenWeight
{
    private readonly GgufBlockType _type;
    private readonly Tensor _blocks;
    private readonly Lazy<BlockProduct> _product;

    /// <summary>A matrix of blocks on the processor.</summary>
    /// <param name="type">How they store numbers, such as <c>Q4_K</c>.</param>
    /// <param name="blocks">[out, bytes of a row], contiguous bytes.</param>
    /// <param name="computed">The type to compute in.</param>
    public GgufWeight(string type, Tensor blocks, ScalarType computed)
    {
        (_type, _blocks, DType) = ((GgufBlockType)GgufType.Named(type), blocks, computed);
        Shape = [blocks.shape[0], blocks.shape[1] / _type.Bytes * _type.Elements];
        _product = new(() => new BlockProduct(_type.Rows, _blocks));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long> Shape { get; }

    /// <inheritdoc/>
    public override ScalarType DType { get; }

    /// <inheritdoc/>
    public override Device Device => CPU;

    /// <inheritdoc/>
    public override IEnumerable<Tensor> Stored => [_blocks];

    /// <inheritdoc/>
    public override Tensor Read() => _type.Dequantise(_blocks, [.. Shape], DType);

    /// <inheritdoc/>
    public override Tensor ReadRows(Tensor ids)
    {
        using var scope = NewDisposeScope();
        return _type.Dequantise(_blocks.index_select(0, ids), [ids.numel(), Shape[1]], DType).MoveToOuterDisposeScope();
    }

    /// <summary>Its product with rounded inputs; null where there is none for its blocks on this processor.</summary>
    internal RoundedProduct? Rounded() => _type.Rows.Integers is { } rows ? new(rows, _blocks) : null;

    /// <inheritdoc/>
    public override Tensor Product(Tensor x, Tensor? bias) =>
        FewRows.Serves(x, Shape[^1]) && !_blocks.IsInvalid ? _product.Value.Multiply(x, bias) : base.Product(x, bias);
}
