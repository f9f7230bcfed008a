namespace PeftIntegrations.MLNet;

/// <summary>How prompts are continued, and whether that is learnt.</summary>
public sealed record PeftTextGenerationOptions : PeftTaskOptions
{
    /// <summary>The column of prompts. Default <c>Prompt</c>.</summary>
    public string InputColumnName { get; init; } = "Prompt";

    /// <summary>The new column of texts, without the prompts. Default <c>GeneratedText</c>.</summary>
    public string OutputColumnName { get; init; } = "GeneratedText";

    /// <summary>The column of what to say, to learn an adapter from; null to learn nothing. Only <c>Fit</c> reads it.</summary>
    public string? CompletionColumnName { get; init; }

    /// <summary>How tokens are chosen and when to stop; what is not set is as the model says. Its adapter is not used.</summary>
    public GenerationOptions Generation { get; init; } = new();
}
