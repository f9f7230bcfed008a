namespace PeftIntegrations.MLNet;

/// <summary>What the mapping of a plain saved regression gives.</summary>
internal sealed class ScoredNumber
{
    public const string ScoreName = "__peft_score";

    [ColumnName(ScoreName)]
    public float Score { get; set; }
}

/// <summary>Revives a regression.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ScoredNumberFactory : CustomMappingFactory<TextCarrier, ScoredNumber>
{
    public const string Contract = "PeftIntegrations.TextRegression.v1";

    public override Action<TextCarrier, ScoredNumber> GetMapping() => Map;

    public static void Map(TextCarrier from, ScoredNumber to) => to.Score = from.Run<ClassifiedText>().Scores[0];
}
