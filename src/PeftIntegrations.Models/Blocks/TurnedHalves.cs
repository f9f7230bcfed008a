namespace PeftIntegrations.Models;

/// <summary>The rotation of <see cref="Rotary"/>, whose gradient is the rotation back.</summary>
internal sealed class TurnedHalves : OwnGradient<TurnedHalves>
{
    /// <summary>x rotated: [batch, heads, seq, headDim].</summary>
    public static Tensor Of(Tensor x, Tensor cos, Tensor sin) => IsNeeded(x) ? Run(x, cos, sin) : Turn(x, cos, sin, back: false);

    /// <summary>Whether the plain twin will not do as well.</summary>
    public static bool Serves(Tensor x, Tensor cos) => IsNeeded(x) || RotatedRows.Serves(x, cos);

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var (x, cos, sin) = ((Tensor)inputs[0], (Tensor)inputs[1], (Tensor)inputs[2]);
        return (Turn(x, cos, sin, back: false), [cos, sin]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings) =>
        [Turn(gradient, kept[0], kept[1], back: true), null, null];

    private static Tensor Turn(Tensor x, Tensor cos, Tensor sin, bool back)
    {
        if (RotatedRows.Serves(x, cos)) return RotatedRows.Turn(x, cos, sin, back);

        var (half, direction) = (x.shape[^1] / 2, back ? -1 : 1);
        var turned = x * cos;
        turned.narrow(-1, 0, half).addcmul_(x.narrow(-1, half, half), sin.narrow(-1, 0, half), -direction);
        turned.narrow(-1, half, half).addcmul_(x.narrow(-1, 0, half), sin.narrow(-1, half, half), direction);
        return turned;
    }
}
