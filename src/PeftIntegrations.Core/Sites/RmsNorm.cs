namespace PeftIntegrations.Core;

/// <summary>y = w ∘ x / √(mean(x²) + ε) (Zhang &amp; Sennrich 2019, arXiv:1910.07467).</summary>
public sealed class RmsNorm(string path, ModelShape model, FrozenWeight weight, double epsilon) : AffineSite(Role.Norm, path, model, weight)
{
    /// <inheritdoc/>
    public override long? BiasLength => null;

    /// <inheritdoc/>
    public override Affine Read() => new(Weight.Read(), null);

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x, Affine numbers)
    {
        var wide = Wide(x);
        var unit = wide * (wide.square().mean([-1L], keepdim: true) + epsilon).rsqrt();
        var y = unit.to(x.dtype) * numbers.Weight;
        return numbers.Bias is { } bias ? y + bias : y;
    }

    /// <inheritdoc/>
    public override Tensor ForwardFrozen(Tensor x)
    {
        var gain = Weight.Read();
        return FusedRmsNorm.Serves(x, gain) ? FusedRmsNorm.Of(x, gain, epsilon)
            : FrozenRmsNorm.Serves(x, gain) ? FrozenRmsNorm.Of(x, gain, epsilon)
            : Apply(x, Read());
    }

    /// <summary>x in a type whose mean of squares does not overflow: fp32, or fp64 where it is that.</summary>
    internal static Tensor Wide(Tensor x) => x.to(x.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);
}
