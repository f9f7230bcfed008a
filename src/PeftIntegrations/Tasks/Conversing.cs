using Microsoft.Extensions.Logging;

namespace PeftIntegrations;

/// <summary>Conversations teach a decoder to answer: what the assistant said is learnt, and nothing else.</summary>
internal sealed partial class Conversing() : TrainingTask<Chats>("CAUSAL_LM", "Load a model that continues text.")
{
    public override Objective Objective { get; } = new CausalLanguageModel();

    protected override ITrainingRows Rows(Chats data, PeftModel model, TrainingOptions options, bool judges)
    {
        var rows = ChatSequences.From(data, model.ChatFormat, options.Rows(model.Shape.MaxPositions));
        var ends = model.EndTokens;
        if (!judges && options.Logger is { } logger && !rows.Any(row => row.Labels.Any(ends.Contains)))
        {
            LearnsNoEnd(logger, string.Join(", ", ends.Select(id => $"{model.Tokenizer.TokenOf(id)} ({id})")));
        }

        return new SequenceRows(rows);
    }

    [LoggerMessage(LogLevel.Warning,
        "None of the conversations teaches where an answer ends: no end token, {Ends}, is among the trained ones, so that answers may "
        + "never stop. Look at ChatFormat.Preview, and use a chat template that ends each answer with one")]
    private static partial void LearnsNoEnd(ILogger logger, string ends);
}
