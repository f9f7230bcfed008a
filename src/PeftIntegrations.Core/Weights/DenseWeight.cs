namespace PeftIntegrations.Core;

/// <summary>Kept as it is computed with.</summary>
public sealed class DenseWeight(Tensor weight) : FrozenWeight
{
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
    public override Tensor Multiply(Tensor x, Tensor? bias) => nn.functional.linear(x, weight, bias);
}
