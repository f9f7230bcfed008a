namespace PeftIntegrations.Models;

/// <summary>Position interpolation (Chen et al. 2023, arXiv:2306.15595): all positions divided by a factor.</summary>
[RegisteredAs("linear")]
internal sealed class LinearRope(RopeOptions options) : RopeType(options)
{
    public override double[] InverseFrequencies(int length) => [.. Options.Plain().Select(f => f / Options.Get("factor"))];
}
