namespace PeftIntegrations.Core;

/// <summary>A layer's bias, trained; it starts as the frozen one and is stored whole, as Hugging Face's <c>bias</c> option does.</summary>
internal sealed class TrainedBias(PooledTensor bias) : AffinePatch
{
    public override Affine Fold(Affine below) => below with { Bias = bias.Value };
}
