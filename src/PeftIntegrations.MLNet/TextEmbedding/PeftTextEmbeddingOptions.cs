namespace PeftIntegrations.MLNet;

/// <summary>How texts become vectors, and whether that is learnt.</summary>
public sealed record PeftTextEmbeddingOptions : PeftTaskOptions
{
    /// <summary>The column of texts. Default <c>Text</c>.</summary>
    public string InputColumnName { get; init; } = "Text";

    /// <summary>The new column of vectors. Default <c>Features</c>.</summary>
    public string OutputColumnName { get; init; } = "Features";

    /// <summary>How the vectors of a text's tokens become one; null for what the model's folder or its architecture says.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>Whether the vectors have length 1; null for what the model's folder says, else not.</summary>
    public bool? Normalised { get; init; }

    /// <summary>
    /// The column of texts that belong to those of <see cref="InputColumnName"/>, to learn an adapter from; null to learn nothing. Only
    /// <c>Fit</c> reads it.
    /// </summary>
    public string? PairColumnName { get; init; }

    /// <summary>The column of numbers that say how alike both texts are, from −1 to 1; null where all pairs belong together.</summary>
    public string? SimilarityColumnName { get; init; }
}
