namespace PeftIntegrations.Core;

/// <summary>A root-mean-square norm whose gain is frozen; keeps its input, or its value, which the next layer may keep too.</summary>
internal sealed class FrozenRmsNorm : OwnGradient<FrozenRmsNorm>
{
    /// <summary>The norm of x: [..., features].</summary>
    /// <param name="x">[..., features].</param>
    /// <param name="gain">[features].</param>
    /// <param name="epsilon">ε.</param>
    public static Tensor Of(Tensor x, Tensor gain, double epsilon) =>
        IsNeeded(x) ? Run(x, gain, epsilon, new Scales()) : Value(x, gain, epsilon);

    /// <summary>Whether the plain twin will not do as well.</summary>
    public static bool Serves(Tensor x, Tensor gain) => !gain.requires_grad && (IsNeeded(x) || RmsRows.Serves(x, gain));

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var (x, gain, epsilon, scales) = ((Tensor)inputs[0], (Tensor)inputs[1], (double)inputs[2], (Scales)inputs[3]);
        if (!RmsRows.Serves(x, gain) || x.dtype != gain.dtype || !RmsRows.CanUndo(gain)) return (Value(x, gain, epsilon), [x, gain]);

        (var y, scales.Numbers) = RmsRows.Normalise(x, gain, epsilon);
        return (y, [y.detach(), gain]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        var (x, gain, epsilon) = (kept[0], kept[1], (double)settings[2]!);
        if (((Scales)settings[3]!).Numbers is { } scales)
        {
            return [RmsRows.GradientOfValue(gradient.contiguous(), x, gain, scales), null, null, null];
        }

        var byX = RmsRows.Serves(x, gain) && FloatRows.Serves(gradient) ? RmsRows.Gradient(gradient, x, gain, epsilon)
            : Composed(RmsNorm.Wide(gradient * gain), RmsNorm.Wide(x), epsilon).to(x.dtype);
        return [byX, null, null, null];
    }

    private static Tensor Value(Tensor x, Tensor gain, double epsilon) => RmsRows.Serves(x, gain)
        ? RmsRows.Normalise(x, gain, epsilon).Value
        : (RmsNorm.Wide(x) * Scale(RmsNorm.Wide(x), epsilon)).to(x.dtype).mul_(gain);

    private static Tensor Composed(Tensor g, Tensor wide, double epsilon)
    {
        var scale = Scale(wide, epsilon);
        var unit = wide * scale;
        return (g - unit * (g * unit).mean([-1L], keepdim: true)).mul_(scale);
    }

    private static Tensor Scale(Tensor wide, double epsilon) => (wide.square().mean([-1L], keepdim: true) + epsilon).rsqrt_();

    // 1/√(mean(x²) + ε) of each row, where the value is kept in place of the input.
    private sealed class Scales
    {
        public float[]? Numbers { get; set; }
    }
}
