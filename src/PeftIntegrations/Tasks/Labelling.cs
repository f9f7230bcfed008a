namespace PeftIntegrations;

/// <summary>Texts with a label each teach a classifier.</summary>
internal sealed class Labelling() : TrainingTask<LabelledTexts>(
    "SEQ_CLS", $"Load it with {nameof(PeftModelOptions.Labels)}, such as those of the data, for a head to train.")
{
    public override Objective Objective { get; } = new Classification();

    protected override ITrainingRows Rows(LabelledTexts data, PeftModel model, TrainingOptions options, bool judges)
    {
        model.Require(ProblemKind.SingleLabel, nameof(LabelledTexts));
        var classes = model.ClassesOf(data.Select(text => text.Label));
        var texts = model.Encode(data.Select(text => (text.Text, text.Pair)), options);
        return new ClassRows(texts, [.. data.Select(text => classes[text.Label])]);
    }
}
