namespace PeftIntegrations;

/// <summary>Texts with any number of labels teach a classifier that judges each label by itself.</summary>
internal sealed class MultiLabelling() : TrainingTask<MultiLabelTexts>(
    "SEQ_CLS", $"Load it with {nameof(PeftModelOptions.Labels)} and {nameof(PeftModelOptions.Problem)} = "
        + $"{nameof(ProblemKind)}.{nameof(ProblemKind.MultiLabel)}.")
{
    public override Objective Objective { get; } = new MultiLabel();

    protected override ITrainingRows Rows(MultiLabelTexts data, PeftModel model, TrainingOptions options, bool judges)
    {
        model.Require(ProblemKind.MultiLabel, nameof(MultiLabelTexts));
        var classes = model.ClassesOf(data.SelectMany(text => text.Labels));
        var numbers = data.Select(text =>
        {
            var row = new float[model.Labels.Count];
            foreach (var label in text.Labels) row[classes[label]] = 1;
            return row;
        });
        return new NumberRows(model.Encode(data.Select(text => (text.Text, text.Pair)), options), [.. numbers]);
    }
}
