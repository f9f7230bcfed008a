namespace PeftIntegrations;

/// <summary>Texts teach an encoder to guess the tokens that are hidden from it.</summary>
internal sealed class Infilling() : TrainingTask<Texts>(
    "MASKED_LM", $"Load an encoder with {nameof(PeftModelOptions.Head)} = {nameof(HeadKind)}.{nameof(HeadKind.MaskedLanguageModel)}.")
{
    public override Objective Objective { get; } = new MaskedLanguageModel();

    protected override ITrainingRows Rows(Texts data, PeftModel model, TrainingOptions options, bool judges)
    {
        if (data.Any(text => text.Completion is not null))
        {
            throw new ArgumentException(
                "Prompts with completions teach to continue, and this model guesses hidden tokens. Give raw texts.");
        }

        var special = model.Tokenizer.Special;
        var mask = special.Mask ?? throw new ArgumentException(
            $"The tokenizer of {model.Source} names no mask token, so nothing can be hidden. " +
            "Name it as mask_token in tokenizer_config.json.");
        var rows = TokenSequences.From(data, model.Tokenizer, options.Rows(model.Shape.MaxPositions));
        var kept = model.Tokenizer.Encode("").Ids.Append(mask).ToHashSet(); // what stands around every text
        return new MaskedRows(rows, ((int)model.Shape.Vocabulary, mask), kept) { Seed = judges ? options.Seed : null };
    }
}
