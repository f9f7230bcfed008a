using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>LoKr (Yeh et al. 2023, arXiv:2309.14859): ΔW = (α/r)·w₁ ⊗ w₂, a Kronecker product of a small and a large factor.</summary>
[RegisteredAs("LOKR")]
public sealed record Lokr : LycorisMethod
{
    /// <summary>Whether w₁ is factored too where it is large. Default false.</summary>
    [JsonPropertyName("decompose_both")]
    public bool DecomposeBoth { get; init; }

    /// <summary>f: sizes are split into f and the rest where f divides them; −1 splits nearest the square root. Default −1.</summary>
    [JsonPropertyName("decompose_factor")]
    public int Factor { get; init => field = value == -1 ? value : Guard.AtLeast(1, value, "-1 splits nearest the square root."); } = -1;

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool)
    {
        if (site is not Projection p || !Targeted(site)) return null;

        var (r, (outer, inner), (outerIn, innerIn)) = (RankAt(p), Split(p.Out), Split(p.In));
        var large = Math.Max(inner, innerIn);
        var small = Math.Max(outer, outerIn);
        var first = DecomposeBoth && r < small / 2.0 ? Factors.LowRank(p.Device, outer, outerIn, r)
            : Factors.Whole(p.Device, outer, outerIn);
        var second = r < large / 2.0 ? Factors.LowRank(p.Device, inner, innerIn, r) : Factors.Whole(p.Device, inner, innerIn);
        if (StartsAsIdentity) first.Silence();
        return new Kronecker(first, second, ScaleAt(p));
    }

    private (long Small, long Large) Split(long size)
    {
        if (Factor > 0 && size % Factor == 0) return (Math.Min(Factor, size / Factor), Math.Max(Factor, size / Factor));

        var most = Factor > 0 ? Factor : (long)Math.Sqrt(size);
        var small = 1L;
        for (var i = 1L; i <= most && i * i <= size; i++) small = size % i == 0 ? i : small;
        return (small, size / small);
    }
}

/// <summary>A factor of a Kronecker product: whole, or a product a·b of its own.</summary>
internal sealed record Factors(Parameter? All, Parameter? A, Parameter? B)
{
    public static Factors Whole(Device device, long rows, long columns) => new(Kaiming.New(device, rows, columns), null, null);

    public static Factors LowRank(Device device, long rows, long columns, int r) =>
        new(null, Kaiming.New(device, rows, r), Kaiming.New(device, r, columns));

    public Tensor Product() => All ?? A!.matmul(B!);

    public void Silence()
    {
        using var _ = no_grad();
        (All ?? A)!.zero_();
    }
}

/// <summary>w₁: [out₁, in₁], w₂: [out₂, in₂] with out = out₁·out₂ and in = in₁·in₂.</summary>
internal sealed class Kronecker(Factors first, Factors second, double s) : DeltaPatch
{
    [ComponentName(Name = "lokr_w1")] private readonly Parameter? _w1 = first.All;
    [ComponentName(Name = "lokr_w1_a")] private readonly Parameter? _w1a = first.A;
    [ComponentName(Name = "lokr_w1_b")] private readonly Parameter? _w1b = first.B;
    [ComponentName(Name = "lokr_w2")] private readonly Parameter? _w2 = second.All;
    [ComponentName(Name = "lokr_w2_a")] private readonly Parameter? _w2a = second.A;
    [ComponentName(Name = "lokr_w2_b")] private readonly Parameter? _w2b = second.B;

    public override Tensor DeltaWeight() => s * kron(first.Product(), second.Product());

    public override Tensor Delta(Tensor x)
    {
        var (w1, w2) = (first.Product(), second.Product());
        var outer = x.shape[..^1];
        var grid = x.to(w1.dtype).reshape([.. outer, w1.shape[1], w2.shape[1]]); // [..., in₁, in₂]
        var y = w1.matmul(grid.matmul(w2.t())); // [..., in₁, out₂] → [..., out₁, out₂]
        return s * y.reshape([.. outer, w1.shape[0] * w2.shape[0]]);
    }
}
