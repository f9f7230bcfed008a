namespace PeftIntegrations.Methods;

/// <summary>A normal with standard deviation 1/r, B zero.</summary>
[RegisteredAs("gaussian")]
public sealed record GaussianStart : ILowRankStart
{
    /// <inheritdoc/>
    public (Tensor A, Tensor B) For(long @in, long @out, int r, Device device) =>
        (randn(r, @in, device: device) / r, zeros(@out, r, device: device));
}
