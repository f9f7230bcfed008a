using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>
/// Pfeiffer adapters (Pfeiffer et al. 2020, arXiv:2005.00247): u ← u + U·σ(D·z), u being the MLP's output and z what the stream would be
/// with it, normalised where the model does so at once. One a layer; nothing else learns.
/// </summary>
[RegisteredAs("PFEIFFER")]
public sealed record Pfeiffer : BottleneckMethod
{
    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Roles(Role.MlpSum);

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) =>
        site is Point<Joined> && Targeted(site) ? new BeforeTheSum(NetworkFor(site, pool)) : null;
}

internal sealed class BeforeTheSum(BottleneckNetwork network) : Patch<Joined>
{
    [ComponentName(Name = "")] private readonly BottleneckNetwork _network = network;

    public override Tensor Forward(Joined input, Func<Joined, Tensor> below)
    {
        var u = input.Output;
        return below(input with { Output = (u + _network.Apply(input.Sum())).to(u.dtype) });
    }
}
