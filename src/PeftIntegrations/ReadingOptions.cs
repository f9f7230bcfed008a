namespace PeftIntegrations;

/// <summary>How texts are read to make vectors or labels of them.</summary>
public sealed record ReadingOptions
{
    /// <summary>
    /// Most tokens of a text; what is longer is cut off. Null for what the model's folder states (<c>sentence_bert_config.json</c>); where
    /// it states nothing, a text longer than the model reads is an error.
    /// </summary>
    public int? MaxLength { get; init => field = value is { } length ? Guard.AtLeast(2, length, "128 to 512 is usual.") : null; }

    /// <summary>Texts that are read at once. Default 32.</summary>
    public int BatchSize { get; init => field = Guard.AtLeast(1, value, "32 is usual."); } = 32;
}
