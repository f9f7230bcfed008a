using PeftIntegrations.MLNet;

namespace Microsoft.ML;

/// <summary>Text generation in the catalogs.</summary>
public static class PeftTextGenerationCatalog
{
    /// <summary>Continues each prompt, by a model as it is.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="baseModel">A Hugging Face folder, or a <c>.gguf</c> file.</param>
    /// <param name="outputColumnName">The new column of texts.</param>
    /// <param name="inputColumnName">The column of prompts.</param>
    /// <param name="generation">How tokens are chosen and when to stop; null for what the model says.</param>
    public static PeftTextGenerationEstimator GenerateText(
        this PeftCatalog catalog, string baseModel, string outputColumnName = "GeneratedText", string inputColumnName = "Prompt",
        GenerationOptions? generation = null) => catalog.GenerateText(new()
        {
            BaseModel = baseModel,
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Generation = generation ?? new(),
        });

    /// <summary>Continues each prompt, by a model as it is or by an adapter that is trained from completions.</summary>
    public static PeftTextGenerationEstimator GenerateText(this PeftCatalog catalog, PeftTextGenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(catalog.Context, options);
    }

    /// <summary>Continues each prompt. A catalog of transforms cannot give its context, so give it.</summary>
    public static PeftTextGenerationEstimator PeftGenerateText(
        this TransformsCatalog.TextTransforms catalog, MLContext mlContext, PeftTextGenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return mlContext.Peft().GenerateText(options);
    }
}
