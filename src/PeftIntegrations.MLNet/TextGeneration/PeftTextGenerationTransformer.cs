namespace PeftIntegrations.MLNet;

/// <summary>Adds a continuation of each prompt.</summary>
public sealed class PeftTextGenerationTransformer : PeftTransformer
{
    internal PeftTextGenerationTransformer(TransformerParts parts)
        : base(parts)
    {
    }
}
