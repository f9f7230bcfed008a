namespace PeftIntegrations;

/// <summary>Texts with tagged words teach a head that judges each token.</summary>
internal sealed class Tagging() : TrainingTask<TaggedTexts>(
    "TOKEN_CLS", $"Load it with {nameof(PeftModelOptions.Labels)} = the tags of the data, and {nameof(PeftModelOptions.Head)} = "
        + $"{nameof(HeadKind)}.{nameof(HeadKind.TokenClassification)}.")
{
    public override Objective Objective { get; } = new Classification();

    protected override ITrainingRows Rows(TaggedTexts data, PeftModel model, TrainingOptions options, bool judges)
    {
        model.ClassesOf(data.SelectMany(text => text.Tags));
        return new SequenceRows(TaggedSequences.From(data, model.Tokenizer, model.Labels, options.Rows(model.Shape.MaxPositions)));
    }
}
