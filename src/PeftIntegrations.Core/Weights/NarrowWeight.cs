namespace PeftIntegrations.Core;

/// <summary>
/// Kept in a narrower type than it is computed with: bf16 or fp16 numbers for a processor that multiplies fp32. The same results as
/// widening all of it at once, at half the memory.
/// </summary>
/// <param name="stored">The weight as a checkpoint holds it.</param>
/// <param name="type">The type it is computed with.</param>
public sealed class NarrowWeight(Tensor stored, ScalarType type) : FrozenWeight
{
    private readonly Lazy<FloatRows?> _rows = new(() => FloatRows.Serves(stored) ? new FloatRows(stored) : null);

    /// <inheritdoc/>
    public override IReadOnlyList<long> Shape { get; } = stored.shape;

    /// <inheritdoc/>
    public override ScalarType DType => type;

    /// <inheritdoc/>
    public override Device Device { get; } = stored.device;

    /// <inheritdoc/>
    public override IEnumerable<Tensor> Stored => [stored];

    /// <inheritdoc/>
    public override Tensor Read() => stored.to(type);

    /// <inheritdoc/>
    public override Tensor ReadRows(Tensor ids)
    {
        using var rows = stored.index_select(0, ids);
        return rows.to(type);
    }

    /// <inheritdoc/>
    public override Tensor Product(Tensor x, Tensor? bias)
    {
        if (stored.IsInvalid || _rows.Value is not { } rows) return base.Product(x, bias);

        return FewRows.Serves(x, Shape[^1]) ? FewRows.Multiply(x, rows, bias) // as wide as it is kept: half the memory to read
            : SomeRows.Serves(x, rows) ? SomeRows.Multiply(x, rows, bias)
            : base.Product(x, bias);
    }

    /// <inheritdoc/>
    public override Tensor ProductBack(Tensor gradient) =>
        !stored.IsInvalid && _rows.Value is { } rows && SomeRows.ServesBack(gradient, rows) ? SomeRows.MultiplyBack(gradient, rows)
        : base.ProductBack(gradient);
}
