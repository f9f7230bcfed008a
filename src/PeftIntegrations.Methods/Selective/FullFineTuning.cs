using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>Full fine-tuning (Howard &amp; Ruder 2018, arXiv:1801.06146): every number learns. The baseline of every comparison.</summary>
[RegisteredAs("FULL")]
public sealed record FullFineTuning : PeftMethod
{
    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Everything;

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) =>
        site is AffineSite layer && Targeted(site) ? new Retrained(layer, pool) : null;
}

/// <summary>W and b, starting as the frozen ones; a weight that two layers share stays shared.</summary>
internal sealed class Retrained : AffinePatch
{
    private readonly PooledTensor _weight;
    private readonly PooledTensor? _bias;

    public Retrained(AffineSite site, TensorPool pool)
    {
        var (weight, bias) = site.Read();
        var owner = pool.Sites.OfType<AffineSite>().First(other => other.Weight == site.Weight);
        _weight = pool.GetOrAdd($"base_model.model.{owner.Path}.weight", () => Trainable.Copy(weight));
        _bias = bias is null ? null : pool.GetOrAdd($"base_model.model.{site.Path}.bias", () => Trainable.Copy(bias));
    }

    public override bool OwnsBias => true;

    public override bool OwnsWeight => true;

    public override Affine Fold(Affine below) => new(_weight.Value, _bias?.Value);
}
