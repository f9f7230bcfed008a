namespace PeftIntegrations.Core;

/// <summary>W = W₀ + ΔW, and b = b₀ + Δb where a method shifts the bias too.</summary>
public abstract class DeltaPatch : AffinePatch
{
    /// <summary>ΔW, in the layer's own orientation: [out, in] for a projection, [vocab, hidden] for an embedding.</summary>
    public abstract Tensor DeltaWeight();

    /// <summary>Δb: [out], or null.</summary>
    public virtual Tensor? DeltaBias() => null;

    /// <summary>What the update adds to the output; never through ΔW where that costs more.</summary>
    public abstract Tensor Delta(Tensor x);

    /// <inheritdoc/>
    public sealed override Affine Fold(Affine below) => new(
        Changed(below.Weight),
        DeltaBias() is not { } shift ? below.Bias : below.Bias is { } bias ? bias + shift : shift);

    /// <summary>W₀ + ΔW, in the wider type of both. A product that is summed as it is made need not be made first.</summary>
    protected virtual Tensor Changed(Tensor weight) => weight + DeltaWeight();

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, IAffine below) => AddTo(below.Forward(x), x);

    /// <summary>
    /// The output with the update; may write into it. Default: summed in the wider type, as an fp32 adapter on a bf16 model is.
    /// </summary>
    /// <param name="y">The layer's output without the update.</param>
    /// <param name="x">The layer's input.</param>
    protected virtual Tensor AddTo(Tensor y, Tensor x) => (y + Delta(x)).to(y.dtype);
}
