namespace PeftIntegrations.Methods;

/// <summary>An embedding's ΔE = s·(B·A)ᵀ with A: [r, vocab], B: [hidden, r].</summary>
internal sealed class LowRankRows((Tensor A, Tensor B) start, double s) : DeltaPatch
{
    [ComponentName(Name = "lora_embedding_A")] private readonly Parameter _a = new(start.A);
    [ComponentName(Name = "lora_embedding_B")] private readonly Parameter _b = new(start.B);

    public override Tensor DeltaWeight() => s * _b.matmul(_a).t(); // [vocab, hidden]

    public override Tensor Delta(Tensor x) =>
        s * nn.functional.linear(Embedding.Rows(_a.t(), x), _b); // [batch, seq] → [batch, seq, r] → [batch, seq, hidden]
}
