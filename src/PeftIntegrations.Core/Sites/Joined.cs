namespace PeftIntegrations.Core;

/// <summary>What meets behind a block: its output, and the stream that passed it by.</summary>
/// <param name="Output">[batch, seq, hidden].</param>
/// <param name="Residual">[batch, seq, hidden].</param>
/// <param name="Norm">The norm that the sum passes at once; null in a model whose norms stand before its blocks.</param>
public readonly record struct Joined(Tensor Output, Tensor Residual, Func<Tensor, Tensor>? Norm = null)
{
    /// <summary>The stream behind: [batch, seq, hidden].</summary>
    public Tensor Sum() => Norm is null ? Residual + Output : Norm(Residual + Output);
}
