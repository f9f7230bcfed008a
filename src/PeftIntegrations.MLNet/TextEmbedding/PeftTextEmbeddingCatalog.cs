using PeftIntegrations.MLNet;

namespace Microsoft.ML;

/// <summary>Text embedding in the catalogs.</summary>
public static class PeftTextEmbeddingCatalog
{
    /// <summary>Makes a vector of each text, by a model as it is.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="baseModel">A Hugging Face folder, or a <c>.gguf</c> file.</param>
    /// <param name="outputColumnName">The new column of vectors.</param>
    /// <param name="inputColumnName">The column of texts.</param>
    public static PeftTextEmbeddingEstimator EmbedText(
        this PeftCatalog catalog, string baseModel, string outputColumnName = "Features", string inputColumnName = "Text") =>
        catalog.EmbedText(new() { BaseModel = baseModel, OutputColumnName = outputColumnName, InputColumnName = inputColumnName });

    /// <summary>Makes a vector of each text, by a model as it is or by an adapter that is trained from pairs.</summary>
    public static PeftTextEmbeddingEstimator EmbedText(this PeftCatalog catalog, PeftTextEmbeddingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(catalog.Context, options);
    }

    /// <summary>Makes a vector of each text. A catalog of transforms cannot give its context, so give it.</summary>
    public static PeftTextEmbeddingEstimator PeftEmbedText(
        this TransformsCatalog.TextTransforms catalog, MLContext mlContext, PeftTextEmbeddingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return mlContext.Peft().EmbedText(options);
    }
}
