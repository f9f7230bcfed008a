namespace PeftIntegrations.Conformance;

/// <summary>Logits of one case, ours and the peers'.</summary>
/// <remarks>
/// <c>logits</c> with the adapter, <c>merged_logits</c> after it was merged there, <c>plain_logits</c> after it was merged here.
/// </remarks>
internal sealed record PeerOutcome(IReadOnlyDictionary<string, float[]> Ours, IReadOnlyDictionary<string, float[]> Theirs, string Errors)
{
    public static float[] Numbers(Tensor logits) => [.. logits.detach().to(ScalarType.Float32).reshape(-1).data<float>()];

    /// <summary>The largest difference.</summary>
    public double Difference(string ours, string theirs)
    {
        Assert.Equal("", Errors);
        Assert.Equal(Ours[ours].Length, Theirs[theirs].Length);
        return Ours[ours].Zip(Theirs[theirs], (a, b) => (double)Math.Abs(a - b)).Max();
    }
}
