namespace PeftIntegrations.Methods;

/// <summary>The usual start: A Kaiming-uniform, B zero, so that the adapter starts as the identity (arXiv:2106.09685 §4.1).</summary>
[RegisteredAs("true")]
public sealed record KaimingStart : ILowRankStart
{
    /// <inheritdoc/>
    public (Tensor A, Tensor B) For(long @in, long @out, int r, Device device) =>
        (nn.init.kaiming_uniform_(empty(r, @in, device: device), a: Math.Sqrt(5)), zeros(@out, r, device: device));
}
