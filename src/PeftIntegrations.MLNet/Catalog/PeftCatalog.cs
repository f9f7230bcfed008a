namespace PeftIntegrations.MLNet;

/// <summary>What <c>mlContext.Peft()</c> offers: each task adds its own methods.</summary>
public sealed class PeftCatalog
{
    internal PeftCatalog(MLContext context) => Context = context;

    /// <summary>The context.</summary>
    internal MLContext Context { get; }
}
