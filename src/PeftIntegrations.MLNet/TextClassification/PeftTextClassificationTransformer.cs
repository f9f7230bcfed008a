namespace PeftIntegrations.MLNet;

/// <summary>Adds the class of each text and the probabilities of all classes.</summary>
public sealed class PeftTextClassificationTransformer : PeftTransformer
{
    internal PeftTextClassificationTransformer(TransformerParts parts)
        : base(parts) => Labels = ((TextClassificationTask)parts.Task).Labels.Names;

    /// <summary>The names of the classes, in the order of their scores.</summary>
    public IReadOnlyList<string> Labels { get; }
}
