namespace PeftIntegrations.Core;

/// <summary>y = w ∘ (x − mean) / √(variance + ε) + b (Ba et al. 2016, arXiv:1607.06450).</summary>
public sealed class LayerNorm(string path, ModelShape model, FrozenWeight weight, Tensor? bias, double epsilon)
    : AffineSite(Role.Norm, path, model, weight)
{
    /// <inheritdoc/>
    public override long? BiasLength => bias?.shape[0];

    /// <inheritdoc/>
    public override Affine Read() => new(Weight.Read(), bias);

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x, Affine numbers) =>
        nn.functional.layer_norm(x, [x.shape[^1]], numbers.Weight, numbers.Bias, epsilon);
}
