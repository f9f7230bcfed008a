namespace PeftIntegrations.Methods;

/// <summary>Both factors Kaiming-uniform: the adapter starts as a random change. For tests, mostly.</summary>
[RegisteredAs("false")]
public sealed record RandomStart : ILowRankStart
{
    /// <inheritdoc/>
    public (Tensor A, Tensor B) For(long @in, long @out, int r, Device device) => (Random(r, @in, device), Random(@out, r, device));

    /// <inheritdoc/>
    public (Tensor A, Tensor B) ForRows(long vocabulary, long hidden, int r, Device device) =>
        (randn(r, vocabulary, device: device), randn(hidden, r, device: device));

    private static Tensor Random(long rows, long columns, Device device) =>
        nn.init.kaiming_uniform_(empty(rows, columns, device: device), a: Math.Sqrt(5));
}
