namespace PeftIntegrations.MLNet;

/// <summary>How texts are classified, and how that is learnt.</summary>
public sealed record PeftTextClassificationOptions : PeftTaskOptions
{
    /// <summary>The column of labels: keys, texts or bools. Rows whose label is missing are left out. Default <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column of texts. Default <c>Sentence1</c>.</summary>
    public string Sentence1ColumnName { get; init; } = "Sentence1";

    /// <summary>The column of second texts, where the label is of two, such as a question and an answer; null for none.</summary>
    public string? Sentence2ColumnName { get; init; }

    /// <summary>The new column of probabilities, one for each class. Default <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The new column of the most probable class, a key. Default <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>
    /// A weight for each class by its name, for classes of unequal size; 1 where one is left out. Null weighs them alike.
    /// </summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; init; }
}
