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
    /// <param name="update">A, B and s.</param>
    public static Tensor Of(Tensor x, Tensor? dropped, Projection layer, (Tensor A, Tensor B, double S) update)
    {
        var settings = new Layer(layer.Weight, layer.Bias, (float)update.S, x.requires_grad)
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
        var h = Rows(seen).matmul(a.to(y.dtype).t()); // [rows, r]
        Rows(y).addmm_(h, b.to(y.dtype).t(), 1, layer.S); // [rows, out]
        return (y, [a, b, h, .. layer.Seen?.From ?? [seen]]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        var (a, b, h, layer) = (kept[0], kept[1], kept[2], (Layer)settings[4]!);
        var seen = layer.Seen?.Make([.. kept.Skip(3)]) ?? kept[3];
        var g = Rows(gradient); // [rows, out]
        var gb = g.matmul(b.to(g.dtype)).mul_(layer.S); // [rows, r]
        var byA = gb.t().matmul(Rows(seen)).to(a.dtype); // [r, in]
        var byB = g.t().matmul(h * layer.S).to(b.dtype); // [out, r]
        if (!layer.IsAsked) return [null, byA, byB, null, null];

        var byX = layer.Weight.ProductBack(gradient); // [..., in]
        if (layer.Drops) return [byX, byA, byB, gb.matmul(a.to(g.dtype)).view(seen.shape), null];

        Rows(byX).addmm_(gb, a.to(g.dtype));
        return [byX, byA, byB, null, null];
    }

    private static Tensor Rows(Tensor x) => x.flatten(0, -2);

    private sealed record Layer(FrozenWeight Weight, Tensor? Bias, float S, bool IsAsked)
    {
        public bool Drops { get; init; }

        public Remade? Seen { get; init; }
    }
}
