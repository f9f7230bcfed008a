namespace PeftIntegrations.MLNet;

/// <summary>How a number is told of texts, and how that is learnt.</summary>
public sealed record PeftTextRegressionOptions : PeftTaskOptions
{
    /// <summary>The column of numbers, floats; rows whose number is missing are left out. Default <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column of texts. Default <c>Sentence1</c>.</summary>
    public string Sentence1ColumnName { get; init; } = "Sentence1";

    /// <summary>The column of second texts, where the number says how alike two are; null for none.</summary>
    public string? Sentence2ColumnName { get; init; }

    /// <summary>The new column of numbers. Default <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";
}
