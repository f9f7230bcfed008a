namespace PeftIntegrations.MLNet;

/// <summary>Adds a vector for each text.</summary>
public sealed class PeftTextEmbeddingTransformer : PeftTransformer
{
    internal PeftTextEmbeddingTransformer(TransformerParts parts)
        : base(parts) => Dimensions = ((TextEmbeddingTask)parts.Task).Size;

    /// <summary>How many numbers a vector has.</summary>
    public int Dimensions { get; }
}
