namespace PeftIntegrations.MLNet;

/// <summary>What the mapping of a plain saved binary classifier gives.</summary>
internal sealed class ScoredTruth
{
    public const string LabelName = "__peft_label", ScoreName = "__peft_score", ProbabilityName = "__peft_probability";

    [ColumnName(LabelName)]
    public bool Label { get; set; }

    [ColumnName(ScoreName)]
    public float Score { get; set; }

    [ColumnName(ProbabilityName)]
    public float Probability { get; set; }
}

/// <summary>Revives a binary classifier.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ScoredTruthFactory : CustomMappingFactory<TextCarrier, ScoredTruth>
{
    public const string Contract = "PeftIntegrations.BinaryTextClassification.v1";

    public override Action<TextCarrier, ScoredTruth> GetMapping() => Map;

    public static void Map(TextCarrier from, ScoredTruth to)
    {
        var row = from.Run<ClassifiedText>();
        to.Label = BinaryTextClassificationTask.IsTrue(row);
        (to.Score, to.Probability) = (BinaryTextClassificationTask.Margin(row), row.Scores[1]);
    }
}
