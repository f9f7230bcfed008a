namespace PeftIntegrations.Extensions;

/// <summary>Where a client gets its model from: it is there, or it is loaded when it is first asked for.</summary>
internal interface IModelSource
{
    /// <summary>The model, if it is there.</summary>
    PeftModel? Loaded { get; }

    /// <summary>The model, loaded if need be.</summary>
    ValueTask<PeftModel> GetAsync(CancellationToken cancellationToken);
}
