namespace PeftIntegrations.Models;

/// <summary>
/// Dynamic NTK scaling (arXiv:2309.00071 §3.1, App. A.1): the base grows with the text once it is longer than the pretraining's.
/// </summary>
[RegisteredAs("dynamic")]
internal sealed class DynamicRope(RopeOptions options) : RopeType(options)
{
    public override bool DependsOnLength => true;

    public override double[] InverseFrequencies(int length)
    {
        var (factor, dim, pretrained) = (Options.Get("factor"), Options.Dim, (double)Options.OriginalMaxPositions);
        var growth = factor * Math.Max(length, pretrained) / pretrained - (factor - 1);
        return Options.Plain(Options.Theta * Math.Pow(growth, dim / (dim - 2.0)));
    }
}
