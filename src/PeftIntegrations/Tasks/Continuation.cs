namespace PeftIntegrations;

/// <summary>Texts teach a decoder to continue them.</summary>
internal sealed class Continuation() : TrainingTask<Texts>("CAUSAL_LM", "Load a model that continues text.")
{
    public override Objective Objective { get; } = new CausalLanguageModel();

    protected override ITrainingRows Rows(Texts data, PeftModel model, TrainingOptions options, bool judges) =>
        new SequenceRows(TokenSequences.From(data, model.Tokenizer, options.Rows(model.Shape.MaxPositions)));
}
