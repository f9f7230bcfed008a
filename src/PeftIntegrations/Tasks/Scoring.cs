namespace PeftIntegrations;

/// <summary>Texts with a number each teach a head with one output to meet it.</summary>
internal sealed class Scoring() : TrainingTask<ScoredTexts>(
    "SEQ_CLS", $"Load it with {nameof(PeftModelOptions.Labels)} = [\"score\"] to learn a number.")
{
    public override Objective Objective { get; } = new Regression();

    protected override ITrainingRows Rows(ScoredTexts data, PeftModel model, TrainingOptions options, bool judges)
    {
        model.Require(ProblemKind.Regression, nameof(ScoredTexts));
        var texts = model.Encode(data.Select(text => (text.Text, text.Pair)), options);
        return new NumberRows(texts, [.. data.Select(text => new[] { text.Score })]);
    }
}
