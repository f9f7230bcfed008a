namespace PeftIntegrations.Core;

/// <summary>Decorates a computation that no fixed weight can express.</summary>
/// <typeparam name="TIn">What it takes: a tensor, <see cref="Qkv"/>, <see cref="Joined"/> or <see cref="Embedded"/>.</typeparam>
public abstract class Patch<TIn> : Patch
{
    /// <summary>The decorated computation.</summary>
    /// <param name="input">Its input.</param>
    /// <param name="below">The computation as it is without this patch.</param>
    public abstract Tensor Forward(TIn input, Func<TIn, Tensor> below);
}
