namespace PeftIntegrations.Core;

/// <summary>A root-mean-square norm whose gain is frozen; keeps its input and 1/√(mean(x²) + ε), [..., 1].</summary>
internal sealed class FrozenRmsNorm : OwnGradient<FrozenRmsNorm>
{
    /// <summary>The norm of x: [..., features].</summary>
    /// <param name="x">[..., features].</param>
    /// <param name="gain">[features].</param>
    /// <param name="epsilon">ε.</param>
    public static Tensor Of(Tensor x, Tensor gain, double epsilon) => Run(x, gain, epsilon);

    /// <summary>Whether the plain twin will not do as well.</summary>
    public static bool Serves(Tensor x, Tensor gain) => IsNeeded(x) && !gain.requires_grad;

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var (x, gain, epsilon) = ((Tensor)inputs[0], (Tensor)inputs[1], (double)inputs[2]);
        var wide = RmsNorm.Wide(x);
        var scale = (wide.square().mean([-1L], keepdim: true) + epsilon).rsqrt_();
        return ((wide * scale).to(x.dtype).mul_(gain), [x, scale, gain]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        var (x, scale, gain) = (kept[0], kept[1], kept[2]);
        var unit = RmsNorm.Wide(x) * scale;
        var g = RmsNorm.Wide(gradient * gain);
        var along = (g * unit).mean([-1L], keepdim: true);
        return [g.sub_(unit.mul_(along)).mul_(scale).to(x.dtype), null, null];
    }
}
