using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>Parallel adapters (He et al. 2021, arXiv:2110.04366): h ← MLP(x) + s·U·σ(D·x), x being what the MLP reads.</summary>
[RegisteredAs("PARALLEL_ADAPTER")]
public sealed record ParallelAdapter : BottleneckMethod
{
    /// <summary>The paper's size: half the hidden one.</summary>
    public ParallelAdapter() => ReductionFactor = 2;

    /// <summary>s, the branch's scale. Default 4 (§4.6).</summary>
    [JsonPropertyName("scaling")]
    public double Scale { get; init => field = Guard.Above(0, value, "4 is usual."); } = 4;

    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Roles(Role.MlpBlock);

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) =>
        site is Point<Tensor> && Targeted(site) ? new ParallelBranch(NetworkFor(site, pool), Scale) : null;
}

internal sealed class ParallelBranch(BottleneckNetwork network, double s) : Patch<Tensor>
{
    [ComponentName(Name = "")] private readonly BottleneckNetwork _network = network;

    public override Tensor Forward(Tensor input, Func<Tensor, Tensor> below)
    {
        var h = below(input);
        return (h + s * _network.Apply(input)).to(h.dtype);
    }
}
