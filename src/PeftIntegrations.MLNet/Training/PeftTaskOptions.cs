namespace PeftIntegrations.MLNet;

/// <summary>What the estimators have in common: the base model, and how an adapter for it is trained.</summary>
public abstract record PeftTaskOptions
{
    /// <summary>The base model: a Hugging Face folder with safetensors, or a <c>.gguf</c> file. Nothing is downloaded.</summary>
    public required string BaseModel { get; init; }

    /// <summary>
    /// How the model is opened. Where its device is <c>auto</c>, the context's <see cref="MLContext.GpuDeviceId"/> and
    /// <see cref="MLContext.FallbackToCpu"/> decide.
    /// </summary>
    public PeftModelOptions Model { get; init; } = new();

    /// <summary>The method, such as <c>new Lora { Rank = 16 }</c> or <c>new Ia3()</c>. Default LoRA.</summary>
    public PeftMethod Method { get; init; } = new Lora();

    /// <summary>
    /// How the adapter is trained: epochs, batches, learning rate, early stopping, checkpoints, logger. Where it sets no seed, the seed
    /// comes from the context.
    /// </summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Rows to judge the adapter by while it learns, with the same columns; null for none.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>Told after every step; null for nobody. The context's log hears of some.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Ends <c>Fit</c>, which has no parameter for it.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>
    /// Whether a <c>Fit</c> that is cancelled after its first step gives the adapter as it is then; else it throws. Default false.
    /// </summary>
    public bool KeepWhenCancelled { get; init; }

    /// <summary>Most tokens of a text; what is longer is cut off. Null for 512, or as many as the model reads.</summary>
    public int? MaxLength { get; init => field = value is { } length ? Guard.AtLeast(2, length, "128 to 512 is usual.") : null; }

    /// <summary>Texts that a transformer reads at once. Default 32.</summary>
    public int BatchSize { get; init => field = Guard.AtLeast(1, value, "32 is usual."); } = 32;

    /// <summary>Rows that a transformer looks ahead at, so that texts of like length share a batch. Default 512.</summary>
    public int Window { get; init => field = Guard.AtLeast(1, value, "512 is usual; 1 never looks ahead."); } = 512;
}
