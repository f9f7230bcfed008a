namespace PeftIntegrations.MLNet;

/// <summary>What the mapping of a plain saved classifier gives, up to 512 classes: a row's hidden vector has a slot for each.</summary>
internal sealed class ScoredLabel
{
    public const int Most = 512;
    public const string LabelName = "__peft_label", ScoreName = "__peft_score";

    [ColumnName(LabelName)]
    public ReadOnlyMemory<char> Label { get; set; }

    [ColumnName(ScoreName), VectorType(Most)]
    public VBuffer<float> Score { get; set; }
}

/// <summary>The same, up to 4,096 classes.</summary>
internal sealed class ManyScoredLabel
{
    public const int Most = LabelSet.Most;

    [ColumnName(ScoredLabel.LabelName)]
    public ReadOnlyMemory<char> Label { get; set; }

    [ColumnName(ScoredLabel.ScoreName), VectorType(Most)]
    public VBuffer<float> Score { get; set; }
}

/// <summary>Revives a classifier.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ScoredLabelFactory : CustomMappingFactory<TextCarrier, ScoredLabel>
{
    public const string Contract = "PeftIntegrations.TextClassification.v1";

    public override Action<TextCarrier, ScoredLabel> GetMapping() => Map;

    public static void Map(TextCarrier from, ScoredLabel to)
    {
        var row = from.Run<ClassifiedText>();
        (to.Label, to.Score) = (row.Label.AsMemory(), Vectors.First(row.Scores, ScoredLabel.Most));
    }
}

/// <summary>Revives a classifier of many classes.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ManyScoredLabelFactory : CustomMappingFactory<TextCarrier, ManyScoredLabel>
{
    public const string Contract = "PeftIntegrations.TextClassification.v1.4096";

    public override Action<TextCarrier, ManyScoredLabel> GetMapping() => Map;

    public static void Map(TextCarrier from, ManyScoredLabel to)
    {
        var row = from.Run<ClassifiedText>();
        (to.Label, to.Score) = (row.Label.AsMemory(), Vectors.First(row.Scores, ManyScoredLabel.Most));
    }
}
