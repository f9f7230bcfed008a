using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>
/// Pfeiffer adapters (Pfeiffer et al. 2020, arXiv:2005.00247): h ← h + U·σ(D·h), once a layer, after the MLP; nothing else learns.
/// </summary>
[RegisteredAs("PFEIFFER")]
public sealed record Pfeiffer : BottleneckMethod
{
    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Roles(Role.MlpBlock);

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) =>
        site is Point<Tensor> && Targeted(site) ? new SerialBottleneck(NetworkFor(site, pool)) : null;
}
