using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>BitFit (Ben Zaken et al. 2021, arXiv:2106.10199): only the biases learn, all of the model's.</summary>
[RegisteredAs("BITFIT")]
public sealed record BitFit : PeftMethod
{
    /// <summary>All biases, the norms' and the head's among them.</summary>
    public BitFit() => Bias = BiasTraining.All;

    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Nothing;

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) => null; // the option that every method has is the whole of this one
}
