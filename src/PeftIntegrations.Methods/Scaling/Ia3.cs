using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>
/// (IA)³ (Liu et al. 2022, arXiv:2205.05638): learned vectors l rescale the keys, the values and the MLP's inner activations.
/// </summary>
[RegisteredAs("IA3")]
public sealed record Ia3 : PeftMethod
{
    /// <summary>Those of the targets whose input is rescaled, not their output; null for the down projections.</summary>
    [JsonPropertyName("feedforward_modules")]
    public Targets? FeedForward { get; init; }

    /// <summary>
    /// Whether the vectors start as ones, so that the adapter starts as the identity; else as normal numbers. Default true.
    /// </summary>
    [JsonPropertyName("init_ia3_weights")]
    public bool StartsAsIdentity { get; init; } = true;

    /// <summary>
    /// Whether the file's model stores its weights transposed. Read for the file's sake; our layers know their own orientation.
    /// </summary>
    [JsonPropertyName("fan_in_fan_out")]
    public bool FanInFanOut { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Roles(Role.Key, Role.Value, Role.Down);

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) => site is not Projection p || !Targeted(site) ? null
        : (FeedForward ?? Targets.Roles(Role.Down)).Match(site) ? new RescaledInput(Start(1, p.In, p.Device))
        : new RescaledOutput(Start(p.Out, 1, p.Device));

    /// <inheritdoc/>
    protected override IEnumerable<string> Contradictions()
    {
        foreach (var line in base.Contradictions()) yield return line;
        if (Targets is null || FeedForward is null || FeedForward.NamesNotIn(Targets) is not { Length: > 0 } others) yield break;

        yield return $"{nameof(FeedForward)} says how targets are rescaled, but {nameof(Targets)} does not name " +
            $"{string.Join(", ", others)}: name them in both, or in neither.";
    }

    private Tensor Start(long rows, long columns, Device device) =>
        StartsAsIdentity ? ones(rows, columns, device: device) : randn(rows, columns, device: device);
}

/// <summary>y = l ∘ (Wx + b), l: [out, 1].</summary>
internal sealed class RescaledOutput(Tensor start) : AffinePatch
{
    [ComponentName(Name = "ia3_l")] private readonly Parameter _l = new(start);

    public override Affine Fold(Affine below) => new(below.Weight * _l, below.Bias is { } b ? b * _l.squeeze(1) : null);

    public override Tensor Forward(Tensor x, IAffine below)
    {
        var y = below.Forward(x);
        return (y * _l.squeeze(1)).to(y.dtype);
    }
}

/// <summary>y = W(l ∘ x) + b, l: [1, in].</summary>
internal sealed class RescaledInput(Tensor start) : AffinePatch
{
    [ComponentName(Name = "ia3_l")] private readonly Parameter _l = new(start);

    public override Affine Fold(Affine below) => below with { Weight = below.Weight * _l };

    public override Tensor Forward(Tensor x, IAffine below) => below.Forward((x * _l.squeeze(0)).to(x.dtype));
}
