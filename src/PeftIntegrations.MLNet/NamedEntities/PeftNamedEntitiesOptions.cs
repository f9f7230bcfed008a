namespace PeftIntegrations.MLNet;

/// <summary>How entities are found in texts, and how that is learnt.</summary>
public sealed record PeftNamedEntitiesOptions : PeftTaskOptions
{
    /// <summary>
    /// The column of tags, a vector of texts or keys with one for each word: <c>O</c> outside of an entity, <c>B-type</c> where one begins,
    /// <c>I-type</c> inside. Default <c>Label</c>.
    /// </summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>
    /// The column of texts, or of vectors of words. Of a text, the words are runs of letters and digits, and signs one by one. Default
    /// <c>Sentence</c>.
    /// </summary>
    public string Sentence1ColumnName { get; init; } = "Sentence";

    /// <summary>The new column of tags, a key for each word. Default <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>
    /// The new column of the entities' texts. Beside it stand, with the endings <c>Type</c>, <c>Start</c> and <c>End</c>, their types and
    /// where they stand in the text (in UTF-16 units, the end exclusive; of words, in the text that they make, joined by blanks). Default
    /// <c>Entity</c>.
    /// </summary>
    public string EntityColumnName { get; init; } = "Entity";
}
