namespace PeftIntegrations.Methods;

/// <summary>
/// LoHa (Hyeon-Woo et al. 2021, arXiv:2108.06098; Yeh et al. 2023, arXiv:2309.14859): ΔW = (α/r)·(w₁ₐw₁ᵦ) ∘ (w₂ₐw₂ᵦ), of rank up to r².
/// </summary>
[RegisteredAs("LOHA")]
public sealed record Loha : LycorisMethod
{
    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) =>
        site is Projection p && Targeted(site) ? new Hadamard(p, RankAt(p), ScaleAt(p), StartsAsIdentity) : null;
}

/// <summary>w₁ₐ, w₂ₐ: [out, r]; w₁ᵦ, w₂ᵦ: [r, in]; w₂ᵦ starts at zero, so ΔW does too.</summary>
internal sealed class Hadamard : DeltaPatch
{
    [ComponentName(Name = "hada_w1_a")] private readonly Parameter _w1a;
    [ComponentName(Name = "hada_w1_b")] private readonly Parameter _w1b;
    [ComponentName(Name = "hada_w2_a")] private readonly Parameter _w2a;
    [ComponentName(Name = "hada_w2_b")] private readonly Parameter _w2b;
    private readonly double _s;

    public Hadamard(Projection p, int r, double s, bool startsAsIdentity)
    {
        (_w1a, _w1b, _w2a) = (Kaiming.New(p.Device, p.Out, r), Kaiming.New(p.Device, r, p.In), Kaiming.New(p.Device, p.Out, r));
        _w2b = startsAsIdentity ? new(zeros(r, p.In, device: p.Device)) : Kaiming.New(p.Device, r, p.In);
        _s = s;
    }

    public override Tensor DeltaWeight() => _s * _w1a.matmul(_w1b) * _w2a.matmul(_w2b);

    public override Tensor Delta(Tensor x) => nn.functional.linear(x.to(_w1a.dtype), DeltaWeight());
}
