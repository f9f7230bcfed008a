using PeftIntegrations.MLNet;

namespace Microsoft.ML;

/// <summary>Text regression and sentence similarity in the catalogs.</summary>
public static class PeftTextRegressionCatalog
{
    /// <summary>Trains an adapter that tells a number of a text.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="baseModel">A Hugging Face folder, or a <c>.gguf</c> file.</param>
    /// <param name="labelColumnName">The column of numbers.</param>
    /// <param name="sentence1ColumnName">The column of texts.</param>
    /// <param name="method">The method; null for LoRA.</param>
    public static PeftTextRegressionEstimator TextRegression(
        this PeftCatalog catalog, string baseModel, string labelColumnName = "Label", string sentence1ColumnName = "Sentence1",
        PeftMethod? method = null) => catalog.TextRegression(new()
        {
            BaseModel = baseModel,
            LabelColumnName = labelColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            Method = method ?? new Lora(),
        });

    /// <summary>Trains an adapter that tells how alike two texts are.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="baseModel">A Hugging Face folder, or a <c>.gguf</c> file.</param>
    /// <param name="labelColumnName">The column of numbers.</param>
    /// <param name="sentence1ColumnName">The column of texts.</param>
    /// <param name="sentence2ColumnName">The column of second texts.</param>
    public static PeftTextRegressionEstimator SentenceSimilarity(
        this PeftCatalog catalog, string baseModel, string labelColumnName = "Label", string sentence1ColumnName = "Sentence1",
        string sentence2ColumnName = "Sentence2") => catalog.TextRegression(new()
        {
            BaseModel = baseModel,
            LabelColumnName = labelColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            Sentence2ColumnName = sentence2ColumnName,
        });

    /// <summary>Trains an adapter that tells a number of a text, or of two how alike they are.</summary>
    public static PeftTextRegressionEstimator TextRegression(this PeftCatalog catalog, PeftTextRegressionOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(catalog.Context, options);
    }

    /// <summary>Trains an adapter that tells a number of a text. A catalog of trainers cannot give its context, so give it.</summary>
    public static PeftTextRegressionEstimator PeftTextRegression(
        this RegressionCatalog.RegressionTrainers catalog, MLContext mlContext, PeftTextRegressionOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return mlContext.Peft().TextRegression(options);
    }
}
