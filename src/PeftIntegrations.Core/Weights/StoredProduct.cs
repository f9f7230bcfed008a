namespace PeftIntegrations.Core;

/// <summary>
/// x·Wᵀ + b by a weight that is not kept as it is computed with: it is read for the product and again for the gradient, and kept by
/// neither. Its plain twin is the product with <see cref="FrozenWeight.Read"/>.
/// </summary>
internal sealed class StoredProduct : OwnGradient<StoredProduct>
{
    /// <summary>[..., in] → [..., out].</summary>
    public static Tensor Of(Tensor x, FrozenWeight weight, Tensor? bias) => Run(x, weight, bias);

    /// <summary>Whether the product alone will not do.</summary>
    public static bool Serves(Tensor x) => IsNeeded(x);

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs) =>
        (((FrozenWeight)inputs[1]).Product((Tensor)inputs[0], (Tensor?)inputs[2]), []);

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings) =>
        [((FrozenWeight)settings[1]!).ProductBack(gradient), null, null];
}
