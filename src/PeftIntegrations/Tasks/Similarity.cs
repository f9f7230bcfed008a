namespace PeftIntegrations;

/// <summary>Pairs with a number, how alike they are, teach vectors whose cosine is that number.</summary>
internal sealed class Similarity() : TrainingTask<ScoredTexts>(
    "FEATURE_EXTRACTION", $"Load it with {nameof(PeftModelOptions.Head)} = {nameof(HeadKind)}.{nameof(HeadKind.Embedding)} for vectors.")
{
    public override Objective Objective { get; } = new CosineSimilarity();

    protected override ITrainingRows Rows(ScoredTexts data, PeftModel model, TrainingOptions options, bool judges)
    {
        string[] alone = [.. data.Index().Where(text => text.Item.Pair is null).Select(text => $"{text.Index + 1}")];
        if (alone.Length > 0)
        {
            throw new ArgumentException(
                $"Vectors are learnt from pairs, and {alone.Length} examples have no second text: {string.Join(", ", alone.Take(20))}. " +
                $"Give each its {nameof(ScoredText.Pair)}.");
        }

        var texts = model.Encode(data.SelectMany(text => new[] { text.Text, text.Pair! }).Select(text => (text, (string?)null)), options);
        return new GroupRows([.. texts.Chunk(2)], [.. data.Select(text => text.Score)]);
    }
}
