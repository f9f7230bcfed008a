namespace PeftIntegrations.Methods;

/// <summary>DoRA (Liu et al. 2024, arXiv:2402.09353): W = m ∘ V/‖V‖ with V = W₀ + s·B·A, the norm taken per output row.</summary>
[RegisteredAs("DORA"), StoredAs("LORA", marker: "use_dora")]
public sealed record Dora : Lora
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Contradictions()
    {
        foreach (var line in base.Contradictions()) yield return line;
        if (BiasOfB) yield return $"{nameof(BiasOfB)} has no place in DoRA, which rescales the weight and not the bias: leave it false.";
    }

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) => (site, base.PatchFor(site, pool)) switch
    {
        (Projection p, LowRank direction) => new Decomposed(p, direction),
        (Embedding e, LowRankRows direction) => new DecomposedRows(e, direction),
        _ => null,
    };
}

/// <summary>Magnitude m: [out], starting at ‖V‖, so that W starts as V; direction V: a low-rank update of W₀.</summary>
internal sealed class Decomposed : AffinePatch, IDisposable
{
    [ComponentName(Name = "")] private readonly LowRank _direction;
    [ComponentName(Name = "lora_magnitude_vector")] private readonly Parameter _m;
    private readonly Tensor _squares; // ‖W₀‖² by row, [out]

    public Decomposed(Projection site, LowRank direction)
    {
        _direction = direction;
        using var scope = NewDisposeScope();
        _squares = site.Weight.Read().to(direction.A.dtype).square().sum(1).detach().DetachFromDisposeScope();
        _m = (Parameter)new Parameter(Norms(site.Weight, _squares)).MoveToOuterDisposeScope();
    }

    public void Dispose() => _squares.Dispose();

    public override Affine Fold(Affine below)
    {
        var v = _direction.Fold(below); // §4.3: ‖V‖ is a constant to the gradient
        return v with { Weight = (_m / linalg.norm(v.Weight, dims: [1L]).detach()).unsqueeze(1) * v.Weight };
    }

    public override Tensor Forward(Tensor x, IAffine below)
    {
        if (below is not Projection layer)
        {
            var (w, b) = below.Read();
            return Composed(x, part => below.Apply(part, new(w, null)), b, Norms(new DenseWeight(w), w.to(_m.dtype).square().sum(1)));
        }

        var norms = Norms(layer.Weight, _squares);
        return _direction.Drops || layer.Weight.IsWatched || !DecomposedProduct.Serves(x, _m)
            ? Composed(x, part => layer.Weight.Multiply(part, null), layer.Bias, norms)
            : DecomposedProduct.Of(x, layer, _direction.Term, _m, norms);
    }

    private Tensor Composed(Tensor x, Func<Tensor, Tensor> product, Tensor? bias, Tensor norms)
    {
        var seen = _direction.Dropped(x);
        var seenBelow = seen.to(x.dtype);
        var y = _m / norms * (product(seenBelow) + _direction.Update(seen));
        if (_direction.Drops) y += product(x - seenBelow); // dropout is for the update: W₀x itself stays whole
        return (bias is null ? y : y + bias).to(x.dtype);
    }

    private Tensor Norms(FrozenWeight weight, Tensor squares)
    {
        using var _ = no_grad();
        return _direction.SquaredRowNorms(weight, squares).sqrt();
    }
}

/// <summary>An embedding's magnitude m: [hidden], the norm taken over the vocabulary.</summary>
internal sealed class DecomposedRows(Embedding site, LowRankRows direction) : AffinePatch
{
    [ComponentName(Name = "")] private readonly LowRankRows _direction = direction;
    [ComponentName(Name = "lora_magnitude_vector")] private readonly Parameter _m = new(Norm(direction.Fold(site.Read()).Weight));

    public override Affine Fold(Affine below)
    {
        var v = _direction.Fold(below).Weight; // [vocab, hidden]
        return below with { Weight = v * (_m / Norm(v)) };
    }

    public override Tensor Forward(Tensor x, IAffine below)
    {
        var y = below.Forward(x);
        return ((y + _direction.Delta(x)) * (_m / Norm(_direction.Fold(below.Read()).Weight))).to(y.dtype);
    }

    private static Tensor Norm(Tensor v) => linalg.norm(v, dims: [0L]).detach();
}
