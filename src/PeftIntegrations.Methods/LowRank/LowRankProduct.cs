namespace PeftIntegrations.Methods;

/// <summary>
/// W₀x + b + s·B·A·x over a frozen W₀ as one function: each product is added where its result belongs, and only x, or what it is made
/// of, and A·x are kept.
/// </summary>
internal sealed class LowRankProduct : OwnGradient<LowRankProduct>
{
    /// <summary>[..., in] → [..., out].</summary>
    /// <param name="x">The layer's input.</param>
    /// <param name="dropped">The input as A sees it, where dropout is on.</param>
    /// <param name="layer">The frozen layer.</param>
    /// <param name="update">s·B·A.</param>
    public static Tensor Of(Tensor x, Tensor? dropped, Projection layer, LowRankTerm update)
    {
        var settings = new Layer(layer.Weight, layer.Bias, update.S, x.requires_grad)
        {
            Drops = dropped is not null,
            Seen = Remade.Find(dropped ?? x),
        };
        return Run(x, update.A, update.B, dropped, settings);
    }

    /// <summary>Whether the plain twin will not do as well.</summary>
    public static bool Serves(Tensor x, Tensor a, Tensor b) => IsNeeded(x, a, b);

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var (x, a, b, layer) = ((Tensor)inputs[0], (Tensor)inputs[1], (Tensor)inputs[2], (Layer)inputs[4]);
        var seen = (Tensor?)inputs[3] ?? x;
        var y = layer.Weight.Product(x, layer.Bias);
        var h = new LowRankTerm(a, b, layer.S).AddTo(y, seen);
        return (y, [a, b, h, .. layer.Seen?.From ?? [seen]]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        var (h, layer) = (kept[2], (Layer)settings[4]!);
        var update = new LowRankTerm(kept[0], kept[1], layer.S);
        var seen = layer.Seen?.Make([.. kept.Skip(3)]) ?? kept[3];
        var byX = layer.IsAsked ? layer.Weight.ProductBack(gradient) : null; // [..., in]
        var bySeen = layer is { IsAsked: true, Drops: true } ? zeros(seen.shape, seen.dtype, device: seen.device) : byX;
        var (byA, byB) = update.Gradients(gradient, h, seen, bySeen);
        return [byX, byA, byB, layer.Drops ? bySeen : null, null];
    }

    private sealed record Layer(FrozenWeight Weight, Tensor? Bias, float S, bool IsAsked)
    {
        public bool Drops { get; init; }

        public Remade? Seen { get; init; }
    }
}
