using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>
/// Serial adapters (Houlsby et al. 2019, arXiv:1902.00751): h ← h + U·σ(D·h), after attention and after the MLP; the norms learn too.
/// </summary>
[RegisteredAs("HOULSBY")]
public sealed record Houlsby : BottleneckMethod
{
    /// <summary>The paper's activation.</summary>
    public Houlsby() => Activation = Activation.Gelu;

    /// <summary>Whether the norms' gains and biases learn too, as in the paper (§2.1). Default true.</summary>
    [JsonPropertyName("train_norms")]
    public bool TrainsNorms { get; init; } = true;

    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Roles(Role.AttentionBlock, Role.MlpBlock);

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) => site switch
    {
        AffineSite { Role: Role.Norm } norm when TrainsNorms => new Replacement(norm),
        Point<Tensor> when Targeted(site) => new SerialBottleneck(NetworkFor(site, pool)),
        _ => null,
    };
}
