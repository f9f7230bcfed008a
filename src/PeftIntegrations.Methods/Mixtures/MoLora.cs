using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>
/// MoLoRA (Zadouri et al. 2023, arXiv:2309.05444): h = W₀x + Σᵢ gᵢ(x)·s·Bᵢ·Aᵢ·x with g = softmax(Gx), soft routing per token.
/// </summary>
[RegisteredAs("MOLORA")]
public sealed record MoLora : PeftMethod
{
    /// <summary>n, the experts of a layer. At least 1. Default 10 (§4).</summary>
    [JsonPropertyName("num_experts")]
    public int Experts { get; init => field = Guard.AtLeast(1, value, "10 is a good start."); } = 10;

    /// <summary>r, the rank of an expert. At least 1. Default 4 (§4).</summary>
    [JsonPropertyName("r")]
    public int Rank { get; init => field = Guard.AtLeast(1, value, "4 is a good start."); } = 4;

    /// <summary>α; an expert is scaled by α/r. Default 4.</summary>
    [JsonPropertyName("alpha")]
    public double Alpha { get; init => field = Guard.Above(0, value, "The rank is a good start."); } = 4;

    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Roles(Role.Query, Role.Value, Role.QueryKeyValue);

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) => site is Projection p && Targeted(site)
        ? new Mixture([.. Enumerable.Range(0, Experts)
            .Select(_ => new LowRank(p, new KaimingStart().For(p.In, p.Out, Rank, p.Device), Alpha / Rank, dropout: 0, shifted: false))], p)
        : null;
}

/// <summary>Router G: [experts, in].</summary>
internal sealed class Mixture(LowRank[] experts, Projection site) : Patch<Tensor>
{
    [ComponentName(Name = "router.weight")] private readonly Parameter _g = new(randn(experts.Length, site.In, device: site.Device) * 0.02);
    [ComponentName(Name = "experts")] private readonly LowRank[] _experts = experts;

    public override Tensor Forward(Tensor input, Func<Tensor, Tensor> below)
    {
        var y = below(input);
        var gates = nn.functional.softmax(nn.functional.linear(input.to(_g.dtype), _g), dim: -1); // [..., experts]
        var mixed = _experts.Select((expert, i) => gates.narrow(-1, i, 1) * expert.Delta(input)).Aggregate((sum, term) => sum + term);
        return (y + mixed).to(y.dtype);
    }
}
