using System.Reflection;

namespace PeftIntegrations;

/// <summary>How a model is opened.</summary>
public sealed record PeftModelOptions
{
    /// <summary>The type to compute in; null for bf16 where the processor or GPU computes it natively, else fp32.</summary>
    public ScalarType? DType { get; init; }

    /// <inheritdoc cref="LoadOptions.Store"/>
    public string? Store { get; init; }

    /// <summary><c>auto</c> (CUDA if present, else the processor), <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>. Default auto.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Whether a missing GPU means the processor instead of an error. Default false.</summary>
    public bool FallbackToCpu { get; init; }

    /// <summary>The head to put on the model; null for its checkpoint's, or a classifier's where <see cref="Labels"/> is set.</summary>
    public HeadKind? Head { get; init; }

    /// <summary>
    /// The names of a classifier's labels, in the order of their scores; null for those of the checkpoint. Where the checkpoint has no such
    /// head, the model gets a new one, always the same, which has yet to be trained.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init => field = value is null ? null : LabelNames.Check(value); }

    /// <summary>
    /// What the scores of a classifier mean; null for what the checkpoint says, else numbers of one label, and probabilities that sum to
    /// one of several.
    /// </summary>
    public ProblemKind? Problem { get; init; }

    /// <summary>How an embedding model makes one vector of its tokens'; null for what its folder or its architecture says.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>Whether an embedding model's vectors have length 1; null for what its folder says, else not.</summary>
    public bool? Normalised { get; init; }

    /// <summary>The Jinja text of a chat template to use instead of the model's own; null for its own.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>
    /// How many texts are written at once, whatever their adapters; at least 1, default 8. More cost memory for their keys and values, and
    /// make more of the processor. Others wait until a place is free.
    /// </summary>
    public int MaxBatchedRequests { get; init => field = Guard.AtLeast(1, value, "8 is usual; 1 writes one after another."); } = 8;

    /// <summary>
    /// How many requests for text, labels or vectors may wait while <see cref="MaxBatchedRequests"/> are served; at least 0, default 1024.
    /// One more is refused with <see cref="RequestQueueFullException"/>. Training and the care of adapters wait apart from them.
    /// </summary>
    public int MaxQueuedRequests { get; init => field = Guard.AtLeast(0, value, "0 refuses what cannot be served at once."); } = 1024;

    /// <summary>Assemblies with methods and architectures of your own, found by <see cref="RegisteredAsAttribute"/>.</summary>
    public IReadOnlyList<Assembly> Extensions { get; init; } = [];
}
