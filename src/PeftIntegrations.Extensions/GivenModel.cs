namespace PeftIntegrations.Extensions;

/// <summary>A model that its owner has loaded.</summary>
internal sealed class GivenModel(PeftModel model) : IModelSource
{
    public PeftModel Loaded => model;

    public ValueTask<PeftModel> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(model);
}
