namespace PeftIntegrations.Core;

/// <summary>y = x·Wᵀ + b.</summary>
public sealed class Projection(Role role, string path, ModelShape model, FrozenWeight weight, Tensor? bias = null)
    : AffineSite(role, path, model, weight)
{
    /// <summary>Size of the input.</summary>
    public long In => Weight.Shape[1];

    /// <summary>Size of the output.</summary>
    public long Out => Weight.Shape[0];

    /// <summary>b, [out], or null where there is none.</summary>
    public Tensor? Bias => bias;

    /// <inheritdoc/>
    public override long? BiasLength => bias?.shape[0];

    /// <inheritdoc/>
    public override Affine Read() => new(Weight.Read(), bias);

    /// <inheritdoc/>
    // [..., in] → [..., out]
    public override Tensor Apply(Tensor x, Affine numbers) => nn.functional.linear(x, numbers.Weight, numbers.Bias);

    /// <inheritdoc/>
    public override Tensor ForwardFrozen(Tensor x) => Weight.Multiply(x, bias);
}
