namespace PeftIntegrations.MLNet;

/// <summary>Adds whether each text is told true, with its probability and score.</summary>
public sealed class PeftBinaryTextClassificationTransformer : PeftTransformer
{
    internal PeftBinaryTextClassificationTransformer(TransformerParts parts)
        : base(parts)
    {
    }
}
