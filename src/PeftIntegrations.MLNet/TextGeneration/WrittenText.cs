namespace PeftIntegrations.MLNet;

/// <summary>What the mapping of a plain saved generator gives.</summary>
internal sealed class WrittenText
{
    public const string TextName = "__peft_written";

    [ColumnName(TextName)]
    public ReadOnlyMemory<char> Text { get; set; }
}

/// <summary>Revives a generator.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class WrittenTextFactory : CustomMappingFactory<TextCarrier, WrittenText>
{
    public const string Contract = "PeftIntegrations.TextGeneration.v1";

    public override Action<TextCarrier, WrittenText> GetMapping() => Map;

    public static void Map(TextCarrier from, WrittenText to) => to.Text = from.Run<GeneratedText>().Text.AsMemory();
}
