namespace PeftIntegrations.Conformance;

/// <summary>Logits of one case by name, ours and the peers': <c>logits</c> of the adapter, <c>merged_logits</c> of it merged there, <c>plain_logits</c> of it merged here.</summary>
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
