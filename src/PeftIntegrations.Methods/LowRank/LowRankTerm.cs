namespace PeftIntegrations.Methods;

/// <summary>s·B·A·x, what LoRA adds to a layer, and its gradients by hand: in one sweep over the rows where that serves.</summary>
/// <param name="A">[r, in].</param>
/// <param name="B">[out, r].</param>
/// <param name="S">s.</param>
internal readonly record struct LowRankTerm(Tensor A, Tensor B, float S)
{
    /// <summary>Adds it to y, and gives h = A·x, [rows, r], which the gradients need.</summary>
    /// <param name="y">[..., out], contiguous.</param>
    /// <param name="x">[..., in].</param>
    public Tensor AddTo(Tensor y, Tensor x)
    {
        if (LowRankSweep.Serves(y, x, A, B)) return LowRankSweep.AddTo(y, x, (A, B, S));

        var h = Rows(x).matmul(A.to(y.dtype).t()); // [rows, r]
        Rows(y).addmm_(h, B.to(y.dtype).t(), 1, S); // [rows, out]
        return h;
    }

    /// <summary>The gradients by A and B; that by x is added to another.</summary>
    /// <param name="gradient">That by y, [..., out].</param>
    /// <param name="h">What <see cref="AddTo"/> gave.</param>
    /// <param name="x">[..., in].</param>
    /// <param name="byX">[..., in], contiguous; null where nobody asks for it.</param>
    public (Tensor ByA, Tensor ByB) Gradients(Tensor gradient, Tensor h, Tensor x, Tensor? byX)
    {
        var whole = gradient.contiguous();
        if (LowRankSweep.Serves(whole, x, A, B) && h.dtype == ScalarType.Float32) // its own h
        {
            return LowRankSweep.Gradients(whole, h, x, (A, B, S), byX);
        }

        var g = Rows(whole); // [rows, out]
        var gb = g.matmul(B.to(g.dtype)).mul_(S); // [rows, r]
        if (byX is not null) Rows(byX).addmm_(gb, A.to(g.dtype)); // [rows, in]
        return (gb.t().matmul(Rows(x)).to(A.dtype), g.t().matmul(h.to(g.dtype) * S).to(B.dtype));
    }

    private static Tensor Rows(Tensor x) => x.flatten(0, -2);
}
