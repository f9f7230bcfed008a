namespace PeftIntegrations.MLNet;

/// <summary>Adds the tag of each word, and the entities that the tags mark.</summary>
public sealed class PeftNamedEntitiesTransformer : PeftTransformer
{
    internal PeftNamedEntitiesTransformer(TransformerParts parts)
        : base(parts) => Tags = ((NamedEntitiesTask)parts.Task).Tags.Names;

    /// <summary>The names of the tags, in their order.</summary>
    public IReadOnlyList<string> Tags { get; }
}
