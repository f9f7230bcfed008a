namespace PeftIntegrations.Training;

/// <summary>A model that has read a batch already: an objective judges it as it judges any.</summary>
internal sealed class GivenHidden(PretrainedModel model, Tensor hidden)
    : PretrainedModel(new(model.Shape, model.Config, model.Sites, model.Weights))
{
    public override Head Head => model.Head;

    public override Tensor Hidden(TokenBatch batch, KeyValueCache? cache = null) => hidden;
}
