namespace PeftIntegrations.Methods;

/// <summary>
/// W₀x + b + s·B·A·x with an A, B and s for each group of rows: <see cref="LowRankProduct"/> for many adapters, whose frozen products are
/// those of all rows at once.
/// </summary>
internal sealed class LowRankGroups : OwnGradient<LowRankGroups>
{
    /// <summary>[batch, ..., in] → [batch, ..., out].</summary>
    /// <param name="x">The layer's input.</param>
    /// <param name="layer">The frozen layer.</param>
    /// <param name="groups">The rows, with their A, B and s; null where the layer alone acts.</param>
    public static Tensor Of(Tensor x, Projection layer, IReadOnlyList<(PatchedRows Rows, LowRank? Update)> groups)
    {
        var updated = groups.Where(group => group.Update is not null).ToArray();
        var settings = new Layer(
            layer.Weight, layer.Bias, x.requires_grad, [.. updated.Select(group => (group.Rows, (float)group.Update!.Scale))]);
        return Run([x, settings, .. updated.SelectMany(group => new[] { group.Update!.A, group.Update.B })]);
    }

    /// <summary>Whether somebody may ask for a gradient.</summary>
    public static bool Serves(Tensor x, IEnumerable<LowRank> updates) =>
        IsNeeded([x, .. updates.SelectMany(update => new[] { update.A, update.B })]);

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var (x, layer) = ((Tensor)inputs[0], (Layer)inputs[1]);
        var y = layer.Weight.Product(x, layer.Bias);
        var kept = new List<Tensor> { x };
        foreach (var (i, (rows, s)) in layer.Groups.Index())
        {
            var (a, b) = ((Tensor)inputs[2 + 2 * i], (Tensor)inputs[3 + 2 * i]);
            kept.AddRange([a, b, new LowRankTerm(a, b, s).AddTo(rows.Of(y), rows.Of(x))]);
        }

        return (y, [.. kept]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        var (x, layer) = (kept[0], (Layer)settings[1]!);
        var byX = layer.IsAsked ? layer.Weight.ProductBack(gradient) : null; // [batch, ..., in]
        var gradients = new List<Tensor?> { byX, null };
        foreach (var (i, (rows, s)) in layer.Groups.Index())
        {
            var update = new LowRankTerm(kept[1 + 3 * i], kept[2 + 3 * i], s);
            var (byA, byB) = update.Gradients(rows.Of(gradient), kept[3 + 3 * i], rows.Of(x), byX is null ? null : rows.Of(byX));
            gradients.AddRange([byA, byB]);
        }

        return [.. gradients];
    }

    private sealed record Layer(FrozenWeight Weight, Tensor? Bias, bool IsAsked, IReadOnlyList<(PatchedRows Rows, float S)> Groups);
}
