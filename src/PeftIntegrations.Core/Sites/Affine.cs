namespace PeftIntegrations.Core;

/// <summary>The numbers of an affine layer: y = x·Wᵀ + b, y = x̂ ∘ w + b for a norm, or the rows of an embedding.</summary>
/// <param name="Weight">[out, in] for a projection, [features] for a norm, [vocab, hidden] for an embedding.</param>
/// <param name="Bias">[out], [features] or null.</param>
public readonly record struct Affine(Tensor Weight, Tensor? Bias)
{
    /// <summary>this + weight · (other − this), number by number.</summary>
    internal Affine Toward(Affine other, Affine from, double weight) => new(
        Weight + weight * (other.Weight - from.Weight),
        (Bias, other.Bias, from.Bias) switch
        {
            (var sum, { } to, { } start) => sum! + weight * (to - start),
            (null, { } to, null) => weight * to,
            ({ } sum, { } to, null) => sum + weight * to,
            var (sum, _, _) => sum,
        });

    /// <summary>The same numbers in the type and on the device of <paramref name="below"/>.</summary>
    internal Affine As(Affine below) => new(Weight.to(below.Weight.dtype), Bias?.to(below.Weight.dtype));
}
