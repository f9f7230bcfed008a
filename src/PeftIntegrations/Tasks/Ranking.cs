namespace PeftIntegrations;

/// <summary>Texts that belong together teach vectors that find one by the other.</summary>
internal sealed class Ranking() : TrainingTask<TextGroups>(
    "FEATURE_EXTRACTION", $"Load it with {nameof(PeftModelOptions.Head)} = {nameof(HeadKind)}.{nameof(HeadKind.Embedding)} for vectors.")
{
    public override Objective Objective { get; } = new MultipleNegativesRanking();

    protected override ITrainingRows Rows(TextGroups data, PeftModel model, TrainingOptions options, bool judges)
    {
        var size = 2 + data[0].Negatives.Count;
        var texts = data.SelectMany(group => (string[])[group.Anchor, group.Positive, .. group.Negatives]);
        return new GroupRows([.. model.Encode(texts.Select(text => (text, (string?)null)), options).Chunk(size)]);
    }
}
