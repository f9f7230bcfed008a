namespace PeftIntegrations.Core;

/// <summary>A layer's own copy of its numbers, trained whole (Hugging Face's <c>modules_to_save</c>).</summary>
internal sealed class Replacement : AffinePatch
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter? _bias;

    public Replacement(AffineSite site)
    {
        var (weight, bias) = site.Read();
        _weight = new Parameter(weight.detach().to(ScalarType.Float32, copy: true));
        _bias = bias is null ? null : new Parameter(bias.detach().to(ScalarType.Float32, copy: true));
    }

    public override Affine Fold(Affine below) => new(_weight, _bias);
}
