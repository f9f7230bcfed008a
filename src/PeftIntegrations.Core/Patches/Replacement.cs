namespace PeftIntegrations.Core;

/// <summary>A layer's own copy of its numbers, trained whole (Hugging Face's <c>modules_to_save</c>).</summary>
public sealed class Replacement : AffinePatch
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter? _bias;

    /// <summary>A copy of the numbers of <paramref name="site"/>, in fp32.</summary>
    public Replacement(AffineSite site)
    {
        var (weight, bias) = site.Read();
        _weight = Trainable.Copy(weight);
        _bias = bias is null ? null : Trainable.Copy(bias);
    }

    /// <inheritdoc/>
    public override bool OwnsBias => true;

    /// <inheritdoc/>
    public override bool OwnsWeight => true;

    /// <inheritdoc/>
    public override Affine Fold(Affine below) => new(_weight, _bias);
}
