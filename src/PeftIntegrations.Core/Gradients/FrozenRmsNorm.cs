namespace PeftIntegrations.Core;

/// <summary>A root-mean-square norm whose gain is frozen; keeps its input.</summary>
internal sealed class FrozenRmsNorm : OwnGradient<FrozenRmsNorm>
{
    /// <summary>The norm of x: [..., features].</summary>
    /// <param name="x">[..., features].</param>
    /// <param name="gain">[features].</param>
    /// <param name="epsilon">ε.</param>
    public static Tensor Of(Tensor x, Tensor gain, double epsilon) => IsNeeded(x) ? Run(x, gain, epsilon) : Value(x, gain, epsilon);

    /// <summary>Whether the plain twin will not do as well.</summary>
    public static bool Serves(Tensor x, Tensor gain) => !gain.requires_grad && (IsNeeded(x) || RmsRows.Serves(x, gain));

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var (x, gain) = ((Tensor)inputs[0], (Tensor)inputs[1]);
        return (Value(x, gain, (double)inputs[2]), [x, gain]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        var (x, gain, epsilon) = (kept[0], kept[1], (double)settings[2]!);
        var byX = RmsRows.Serves(x, gain) && FloatRows.Serves(gradient) ? RmsRows.Gradient(gradient, x, gain, epsilon)
            : Composed(RmsNorm.Wide(gradient * gain), RmsNorm.Wide(x), epsilon).to(x.dtype);
        return [byX, null, null];
    }

    private static Tensor Value(Tensor x, Tensor gain, double epsilon) => RmsRows.Serves(x, gain)
        ? RmsRows.Normalise(x, gain, epsilon)
        : (RmsNorm.Wide(x) * Scale(RmsNorm.Wide(x), epsilon)).to(x.dtype).mul_(gain);

    private static Tensor Composed(Tensor g, Tensor wide, double epsilon)
    {
        var scale = Scale(wide, epsilon);
        var unit = wide * scale;
        return (g - unit * (g * unit).mean([-1L], keepdim: true)).mul_(scale);
    }

    private static Tensor Scale(Tensor wide, double epsilon) => (wide.square().mean([-1L], keepdim: true) + epsilon).rsqrt_();
}
