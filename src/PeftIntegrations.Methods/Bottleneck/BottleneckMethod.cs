using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>What the bottleneck adapters share: the size of the bottleneck and its activation.</summary>
public abstract record BottleneckMethod : PeftMethod
{
    /// <summary>d/m: the hidden size over the bottleneck's. At least 1. Default 16.</summary>
    [JsonPropertyName("reduction_factor")]
    public double ReductionFactor { get; init => field = Guard.AtLeast(1, value, "16 is usual."); } = 16;

    /// <summary>σ, the activation of the bottleneck.</summary>
    [JsonPropertyName("non_linearity")]
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>A network of the right size for this site.</summary>
    private protected BottleneckNetwork NetworkFor(ISite site, TensorPool pool)
    {
        var m = Math.Max(1, (long)(site.Model.Hidden / ReductionFactor));
        return new(site, m, Function, pool.Sites.OfType<AffineSite>().First().Device);
    }

    private Tensor Function(Tensor x) => Activation switch
    {
        Activation.Gelu => nn.functional.gelu(x),
        Activation.Swish => nn.functional.silu(x),
        Activation.Tanh => x.tanh(),
        _ => nn.functional.relu(x),
    };
}
