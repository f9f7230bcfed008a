namespace PeftIntegrations.Methods;

/// <summary>ΔW = s·B·A with A: [r, in], B: [out, r].</summary>
internal sealed class LowRank : DeltaPatch, IGroupedPatch, IMakesInputAgain
{
    [ComponentName(Name = "lora_A.weight")] private readonly Parameter _a;
    [ComponentName(Name = "lora_B.weight")] private readonly Parameter _b;
    [ComponentName(Name = "lora_B.bias")] private readonly Parameter? _shift; // [out]
    private readonly double _s;
    private readonly double _dropout;
    private readonly Lazy<LowRankUpdate?> _few; // what few rows are changed by

    public LowRank(Projection site, (Tensor A, Tensor B) start, double s, double dropout, bool shifted)
    {
        (_a, _b) = (new(start.A), new(start.B));
        _shift = shifted ? new(zeros(site.Out, device: site.Device)) : null;
        (_s, _dropout, _few) = (s, dropout, new(() => LowRankUpdate.Of(_a, _b, s)));
    }

    /// <summary>[r, in].</summary>
    public Tensor A => _a;

    /// <summary>[out, r].</summary>
    public Tensor B => _b;

    /// <summary>r.</summary>
    public int Rank => (int)_a.shape[0];

    /// <summary>s.</summary>
    public double Scale => _s;

    /// <summary>s·B·A.</summary>
    public LowRankTerm Term => new(_a, _b, (float)_s);

    public override Tensor DeltaWeight() => _s * _b.matmul(_a);

    protected override Tensor Changed(Tensor weight) => _a.dtype == ScalarType.Float32 && weight.element_size() <= sizeof(float)
        ? weight.to(_a.dtype).addmm(_b, _a, 1, (float)_s)
        : base.Changed(weight); // s in double

    public override Tensor? DeltaBias() => _shift is null ? null : _s * _shift;

    /// <summary>Whether dropout is on.</summary>
    public bool Drops => Training && _dropout > 0;

    public override Tensor Delta(Tensor x) => Update(Dropped(x));

    public override Tensor Forward(Tensor x, IAffine below) =>
        below is Projection { Weight.IsWatched: false } layer && _shift is null && LowRankProduct.Serves(x, _a, _b)
            ? LowRankProduct.Of(x, Drops ? nn.functional.dropout(x, _dropout) : null, layer, Term)
            : base.Forward(x, below);

    /// <inheritdoc/>
    public Tensor? Forward(Tensor x, Projection layer, IReadOnlyList<PatchedRows> groups)
    {
        if (!groups.All(group => group.Patch is null or LowRank { _shift: null, Drops: false })) return null;

        (PatchedRows, LowRank?)[] updates = [.. groups.Select(group => (group, (LowRank?)group.Patch))];
        var isNeeded = LowRankGroups.Serves(x, groups.Select(group => group.Patch).OfType<LowRank>());
        return isNeeded ? LowRankGroups.Of(x, layer, updates) : Written(x, layer, updates);
    }

    // For few rows, in one go; null where they are too many, or elsewhere.
    private static Tensor? Written(Tensor x, Projection layer, (PatchedRows Rows, LowRank? Patch)[] updates)
    {
        if (!Array.TrueForAll(updates, update => update.Patch is null || update.Patch._few.Value?.Serves(x) == true)) return null;

        var y = layer.ForwardFrozen(x); // new, so contiguous
        LowRankUpdate.AddTo(y, x, Array.ConvertAll(updates, update => (update.Rows, update.Patch?._few.Value)));
        return y;
    }

    // The products in the layer's own type and into its output: an fp32 copy of the input would cost more than the update itself.
    protected override Tensor AddTo(Tensor y, Tensor x)
    {
        if (_shift is not null) return base.AddTo(y, x);

        if (!Drops && _few.Value is { } few && few.Serves(x) && FloatRows.Serves(y))
        {
            few.AddTo(y, x);
            return y;
        }

        var sum = y.contiguous();
        Term.AddTo(sum, nn.functional.dropout(x, _dropout, Drops));
        return sum;
    }

    /// <summary>s·B·A·x of an input as A sees it.</summary>
    public Tensor Update(Tensor seen)
    {
        var h = nn.functional.linear(seen, _a); // [..., in] → [..., r]
        return nn.functional.linear(h, _b, _shift) * _s; // [..., r] → [..., out]
    }

    /// <summary>The input as A sees it: in A's type, and with dropout while training.</summary>
    public Tensor Dropped(Tensor x) => nn.functional.dropout(x.to(_a.dtype), _dropout, Drops);

    /// <summary>‖W + ΔW‖² by row, [out], without making ΔW: ‖W‖² + 2s·(W·Aᵀ)∘B + s²·(B·A·Aᵀ)∘B, each summed by row.</summary>
    /// <param name="weight">W, a frozen layer's.</param>
    /// <param name="squares">‖W‖² by row.</param>
    public Tensor SquaredRowNorms(FrozenWeight weight, Tensor squares)
    {
        var product = weight.Product(_a.to(weight.DType), null).t().to(_a.dtype); // [out, r]
        var across = 2 * _s * (product * _b).sum(1);
        var own = _s * _s * (_b.matmul(_a.matmul(_a.t())) * _b).sum(1);
        return squares + across + own;
    }
}
