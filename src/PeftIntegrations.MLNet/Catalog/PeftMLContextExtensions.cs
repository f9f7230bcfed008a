using PeftIntegrations.MLNet;

namespace Microsoft.ML;

/// <summary>The way from an <see cref="MLContext"/> to fine-tuned models.</summary>
public static class PeftMLContextExtensions
{
    /// <summary>Estimators that fine-tune pretrained models, and what saves and loads them.</summary>
    public static PeftCatalog Peft(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new(mlContext);
    }
}
