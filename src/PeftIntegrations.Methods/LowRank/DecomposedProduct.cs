namespace PeftIntegrations.Methods;

/// <summary>ratio ∘ (W₀x + s·B·A·x) + b over a frozen W₀ as one function; ratio is m/‖V‖, and ‖V‖ is a constant to the gradient.</summary>
internal sealed class DecomposedProduct : OwnGradient<DecomposedProduct>
{
    /// <summary>[..., in] → [..., out].</summary>
    /// <param name="x">The layer's input.</param>
    /// <param name="layer">The frozen layer.</param>
    /// <param name="update">s·B·A.</param>
    /// <param name="m">The magnitudes, [out].</param>
    /// <param name="norms">‖V‖, [out].</param>
    public static Tensor Of(Tensor x, Projection layer, LowRankTerm update, Tensor m, Tensor norms) =>
        Run(x, update.A, update.B, m, norms, new Layer(layer.Weight, layer.Bias, update.S, x.requires_grad));

    /// <summary>Whether the plain twin will not do as well.</summary>
    public static bool Serves(Tensor x, Tensor m) => IsNeeded(x, m);

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var (x, a, b, m, norms) = ((Tensor)inputs[0], (Tensor)inputs[1], (Tensor)inputs[2], (Tensor)inputs[3], (Tensor)inputs[4]);
        var layer = (Layer)inputs[5];
        var v = layer.Weight.Product(x, null); // [..., out]
        var h = new LowRankTerm(a, b, layer.S).AddTo(v, x); // [rows, r]
        var y = v * (m / norms).to(v.dtype);
        return (layer.Bias is null ? y : y.add_(layer.Bias), [x, a, b, m, norms, h, v]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        var (x, a, b, m, norms) = (kept[0], kept[1], kept[2], kept[3], kept[4]);
        var (h, v, layer) = (kept[5], kept[6], (Layer)settings[5]!);
        var byM = (Rows(gradient) * Rows(v)).sum([0L], type: m.dtype) / norms; // [out]
        var byV = gradient * (m / norms).to(gradient.dtype); // [..., out]
        var byX = layer.IsAsked ? layer.Weight.ProductBack(byV) : null; // [..., in]
        var (byA, byB) = new LowRankTerm(a, b, layer.S).Gradients(byV, h, x, byX);
        return [byX, byA, byB, byM, null, null];
    }

    private static Tensor Rows(Tensor x) => x.flatten(0, -2);

    private sealed record Layer(FrozenWeight Weight, Tensor? Bias, float S, bool IsAsked);
}
