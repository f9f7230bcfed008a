using PeftIntegrations.MLNet;

namespace Microsoft.ML;

/// <summary>Text classification in the catalogs.</summary>
public static class PeftTextClassificationCatalog
{
    /// <summary>Trains an adapter that tells the class of a text.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="baseModel">A Hugging Face folder, or a <c>.gguf</c> file.</param>
    /// <param name="labelColumnName">The column of labels: keys, texts or bools.</param>
    /// <param name="sentence1ColumnName">The column of texts.</param>
    /// <param name="method">The method; null for LoRA.</param>
    public static PeftTextClassificationEstimator TextClassification(
        this PeftCatalog catalog, string baseModel, string labelColumnName = "Label", string sentence1ColumnName = "Sentence1",
        PeftMethod? method = null) => catalog.TextClassification(new()
        {
            BaseModel = baseModel,
            LabelColumnName = labelColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            Method = method ?? new Lora(),
        });

    /// <summary>Trains an adapter that tells the class of a text.</summary>
    public static PeftTextClassificationEstimator TextClassification(this PeftCatalog catalog, PeftTextClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(catalog.Context, options);
    }

    /// <summary>Trains an adapter that tells the class of a text. A catalog of trainers cannot give its context, so give it.</summary>
    public static PeftTextClassificationEstimator PeftTextClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, MLContext mlContext,
        PeftTextClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return mlContext.Peft().TextClassification(options);
    }
}
