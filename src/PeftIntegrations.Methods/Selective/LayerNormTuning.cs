using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>Layer-norm tuning (Zhao et al. 2023, arXiv:2312.11420): the norms' gains and biases learn.</summary>
[RegisteredAs("LN_TUNING")]
public sealed record LayerNormTuning : PeftMethod
{
    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Roles(Role.Norm);

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) => site is AffineSite layer && Targeted(site) ? new OwnNorm(layer) : null;
}

/// <summary>w and b: [features], starting as the frozen ones.</summary>
internal sealed class OwnNorm(AffineSite site) : AffinePatch
{
    [ComponentName(Name = "ln_tuning_layers")] private readonly Replacement _own = new(site);

    public override bool OwnsBias => true;

    public override Affine Fold(Affine below) => _own.Fold(below);
}
