namespace PeftIntegrations.MLNet;

/// <summary>How a transformer uses an adapter that was made elsewhere.</summary>
public sealed record PeftAdapterOptions
{
    /// <summary>How the base model is opened.</summary>
    public PeftModelOptions Model { get; init; } = new();

    /// <summary>
    /// What the adapter is for; null for what its folder says. <see cref="HeadKind.Classification"/> of one label is a number.
    /// </summary>
    public HeadKind? Task { get; init; }

    /// <summary>
    /// The names of its classes or tags, in the order of their scores; null for the base model's, else <c>LABEL_0</c> and so
    /// on.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The column of texts, or of prompts. Default <c>Text</c>.</summary>
    public string InputColumnName { get; init; } = "Text";

    /// <summary>The column of second texts, for an adapter of pairs; null for none.</summary>
    public string? PairColumnName { get; init; }

    /// <summary>
    /// The new column: of scores, vectors, texts or entities; null for the task's usual name (<c>Score</c>, <c>Features</c>,
    /// <c>GeneratedText</c>, <c>Entity</c>).
    /// </summary>
    public string? OutputColumnName { get; init; }

    /// <summary>The new column of the most probable class, or of tags. Default <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>How the vectors of a text's tokens become one; null for what the base model says.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>Whether vectors have length 1; null for what the base model says.</summary>
    public bool? Normalised { get; init; }

    /// <summary>How tokens are chosen and when to stop.</summary>
    public GenerationOptions Generation { get; init; } = new();

    /// <summary>Most tokens of a text; what is longer is cut off. Null for 512, or as many as the model reads.</summary>
    public int? MaxLength { get; init => field = value is { } length ? Guard.AtLeast(2, length, "128 to 512 is usual.") : null; }

    /// <summary>Texts that are read at once. Default 32.</summary>
    public int BatchSize { get; init => field = Guard.AtLeast(1, value, "32 is usual."); } = 32;

    /// <summary>Rows that are looked ahead at, so that texts of like length share a batch. Default 512.</summary>
    public int Window { get; init => field = Guard.AtLeast(1, value, "512 is usual; 1 never looks ahead."); } = 512;
}
