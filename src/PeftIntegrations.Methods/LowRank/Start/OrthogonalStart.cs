namespace PeftIntegrations.Methods;

/// <summary>
/// Neither factor zero, yet B·A = 0: A spans the even and B the odd rows of one orthogonal matrix, so that both learn from the first step.
/// </summary>
[RegisteredAs("orthogonal")]
public sealed record OrthogonalStart : ILowRankStart
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="r"/> is odd.</exception>
    public (Tensor A, Tensor B) For(long @in, long @out, int r, Device device)
    {
        if (r % 2 != 0)
        {
            throw new ArgumentException(
            $"An orthogonal start shares the rank between A and B, so it must be even, and is {r}. Take {r + 1}.", nameof(r));
        }

        var q = linalg.qr(randn(r, r, device: device)).Q;
        var even = q[TensorIndex.Slice(0, null, 2)]; // [r/2, r]
        var odd = q[TensorIndex.Slice(1, null, 2)];
        var a = randn(@in, r / 2, device: device).matmul(even).t() / 10; // [r, in]
        var b = randn(r / 2, @out, device: device).t().matmul(odd) / 10; // [out, r]
        return (a.contiguous(), b.contiguous());
    }
}
