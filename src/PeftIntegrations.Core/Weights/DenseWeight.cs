namespace PeftIntegrations.Core;

/// <summary>Kept as it is computed with.</summary>
[RegisteredAs("dense")]
public sealed class DenseWeight(Tensor weight) : FrozenWeight
{
    private readonly Lazy<FloatRows?> _rows = new(() => FloatRows.Serves(weight) ? new FloatRows(weight) : null);

    /// <summary>A weight that is kept in another way, read once for all.</summary>
    public DenseWeight(FrozenWeight stored) : this(stored.Read().DetachFromDisposeScope())
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long> Shape { get; } = weight.shape;

    /// <inheritdoc/>
    public override ScalarType DType { get; } = weight.dtype;

    /// <inheritdoc/>
    public override Device Device { get; } = weight.device;

    /// <inheritdoc/>
    public override IEnumerable<Tensor> Stored => [weight];

    /// <inheritdoc/>
    public override Tensor Read() => weight;

    /// <inheritdoc/>
    public override Tensor Multiply(Tensor x, Tensor? bias) => Product(x, bias);

    /// <inheritdoc/>
    public override Tensor Product(Tensor x, Tensor? bias)
    {
        if (IsLearned || _rows.Value is not { } rows) return nn.functional.linear(x, weight, bias);

        return FewRows.Serves(x, Shape[^1]) ? FewRows.Multiply(x, rows, bias)
            : SomeRows.Serves(x, rows) ? SomeRows.Multiply(x, rows, bias)
            : nn.functional.linear(x, weight, bias);
    }

    /// <inheritdoc/>
    public override Tensor ProductBack(Tensor gradient) =>
        !IsLearned && _rows.Value is { } rows && SomeRows.ServesBack(gradient, rows) ? SomeRows.MultiplyBack(gradient, rows)
        : base.ProductBack(gradient);

    private bool IsLearned => weight.IsInvalid || (weight.requires_grad && is_grad_enabled()); // or gone: libtorch says so
}
