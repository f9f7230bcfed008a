namespace PeftIntegrations.MLNet;

/// <summary>How texts are told true or false, and how that is learnt.</summary>
public sealed record PeftBinaryTextClassificationOptions : PeftTaskOptions
{
    /// <summary>The column of labels: bools. Default <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column of texts. Default <c>Sentence1</c>.</summary>
    public string Sentence1ColumnName { get; init; } = "Sentence1";

    /// <summary>The column of second texts, where the label is of two; null for none.</summary>
    public string? Sentence2ColumnName { get; init; }

    /// <summary>The new column of scores: the logarithm of how many times likelier true is than false. Default <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The new column of the probability of true. Default <c>Probability</c>.</summary>
    public string ProbabilityColumnName { get; init; } = "Probability";

    /// <summary>The new column of the likelier one. Default <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>How many times as much a row counts that is true as one that is not. Default 1.</summary>
    public double TrueWeight { get; init => field = Guard.Above(0, value, "1 is neutral."); } = 1;
}
