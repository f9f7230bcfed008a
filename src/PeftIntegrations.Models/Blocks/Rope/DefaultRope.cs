namespace PeftIntegrations.Models;

/// <summary>Unscaled (arXiv:2104.09864).</summary>
[RegisteredAs("default")]
internal sealed class DefaultRope(RopeOptions options) : RopeType(options)
{
    public override double[] InverseFrequencies(int length) => Options.Plain();
}
