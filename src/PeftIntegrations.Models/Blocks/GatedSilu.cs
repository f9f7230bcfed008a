namespace PeftIntegrations.Models;

/// <summary>SiLU(gate) ∘ up; keeps the two and nothing between.</summary>
internal sealed class GatedSilu : OwnGradient<GatedSilu>
{
    /// <summary>SiLU(gate) ∘ up: [..., intermediate].</summary>
    public static Tensor Of(Tensor gate, Tensor up) => IsNeeded(gate, up)
        ? new Remade([gate, up], kept => Value(kept[0], kept[1])).Of(Run(gate, up))
        : Value(gate, up);

    /// <summary>Whether the plain twin will not do as well.</summary>
    public static bool Serves(Tensor gate, Tensor up) => IsNeeded(gate, up) || SiluRows.Serves(gate, up);

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var (gate, up) = ((Tensor)inputs[0], (Tensor)inputs[1]);
        return (Value(gate, up), [gate, up]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        var (gate, up) = (kept[0], kept[1]);
        if (SiluRows.Serves(gate, up) && SiluRows.Serves(gate, gradient))
        {
            var (byGate, byUp) = SiluRows.Gradients(gradient, gate, up);
            return [byGate, byUp];
        }

        var open = gate.sigmoid();
        var silu = gate * open;
        var slope = silu.neg().add_(1).mul_(open).add_(silu); // σ·(1 − x·σ) + x·σ
        return [slope.mul_(up).mul_(gradient), silu.mul_(gradient)];
    }

    private static Tensor Value(Tensor gate, Tensor up) =>
        SiluRows.Serves(gate, up) ? SiluRows.Gate(gate, up) : nn.functional.silu(gate).mul_(up);
}
