using PeftIntegrations.MLNet;

namespace Microsoft.ML;

/// <summary>Named entities in the catalogs.</summary>
public static class PeftNamedEntitiesCatalog
{
    /// <summary>Trains an adapter that finds named entities.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="baseModel">A Hugging Face folder, or a <c>.gguf</c> file.</param>
    /// <param name="labelColumnName">The column of tags, one for each word.</param>
    /// <param name="sentence1ColumnName">The column of texts, or of vectors of words.</param>
    /// <param name="method">The method; null for LoRA.</param>
    public static PeftNamedEntitiesEstimator NamedEntities(
        this PeftCatalog catalog, string baseModel, string labelColumnName = "Label", string sentence1ColumnName = "Sentence",
        PeftMethod? method = null) => catalog.NamedEntities(new()
        {
            BaseModel = baseModel,
            LabelColumnName = labelColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            Method = method ?? new Lora(),
        });

    /// <summary>Trains an adapter that finds named entities.</summary>
    public static PeftNamedEntitiesEstimator NamedEntities(this PeftCatalog catalog, PeftNamedEntitiesOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(catalog.Context, options);
    }

    /// <summary>Trains an adapter that finds named entities. A catalog of trainers cannot give its context, so give it.</summary>
    public static PeftNamedEntitiesEstimator PeftNamedEntities(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, MLContext mlContext,
        PeftNamedEntitiesOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return mlContext.Peft().NamedEntities(options);
    }
}
