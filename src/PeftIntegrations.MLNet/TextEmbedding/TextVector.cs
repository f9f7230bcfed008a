namespace PeftIntegrations.MLNet;

/// <summary>What the mapping of a plain saved embedding gives.</summary>
internal sealed class TextVector
{
    public const int Most = 8192;
    public const string VectorName = "__peft_vector";

    [ColumnName(VectorName), VectorType(Most)]
    public VBuffer<float> Vector { get; set; }
}

/// <summary>Revives an embedding.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class TextVectorFactory : CustomMappingFactory<TextCarrier, TextVector>
{
    public const string Contract = "PeftIntegrations.TextEmbedding.v1";

    public override Action<TextCarrier, TextVector> GetMapping() => Map;

    public static void Map(TextCarrier from, TextVector to) => to.Vector = Vectors.First(from.Run<float[]>(), TextVector.Most);
}
