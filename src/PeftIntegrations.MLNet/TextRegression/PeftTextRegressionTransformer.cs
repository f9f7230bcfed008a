namespace PeftIntegrations.MLNet;

/// <summary>Adds a number for each text or pair of texts.</summary>
public sealed class PeftTextRegressionTransformer : PeftTransformer
{
    internal PeftTextRegressionTransformer(TransformerParts parts)
        : base(parts)
    {
    }
}
