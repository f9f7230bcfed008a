using PeftIntegrations.MLNet;

namespace Microsoft.ML;

/// <summary>Binary text classification in the catalogs.</summary>
public static class PeftBinaryTextClassificationCatalog
{
    /// <summary>Trains an adapter that tells whether something is true of a text.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="baseModel">A Hugging Face folder, or a <c>.gguf</c> file.</param>
    /// <param name="labelColumnName">The column of bools.</param>
    /// <param name="sentence1ColumnName">The column of texts.</param>
    /// <param name="method">The method; null for LoRA.</param>
    public static PeftBinaryTextClassificationEstimator BinaryTextClassification(
        this PeftCatalog catalog, string baseModel, string labelColumnName = "Label", string sentence1ColumnName = "Sentence1",
        PeftMethod? method = null) => catalog.BinaryTextClassification(new()
        {
            BaseModel = baseModel,
            LabelColumnName = labelColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            Method = method ?? new Lora(),
        });

    /// <summary>Trains an adapter that tells whether something is true of a text.</summary>
    public static PeftBinaryTextClassificationEstimator BinaryTextClassification(
        this PeftCatalog catalog, PeftBinaryTextClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(catalog.Context, options);
    }

    /// <summary>Trains an adapter that tells whether something is true of a text. A catalog of trainers cannot give its context.</summary>
    public static PeftBinaryTextClassificationEstimator PeftTextClassification(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, MLContext mlContext,
        PeftBinaryTextClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return mlContext.Peft().BinaryTextClassification(options);
    }
}
