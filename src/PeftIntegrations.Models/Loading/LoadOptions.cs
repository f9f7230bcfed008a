namespace PeftIntegrations.Models;

/// <summary>How a model is loaded.</summary>
public sealed record LoadOptions
{
    /// <summary>The type to compute in; null for bf16 where the processor or GPU computes it natively, else fp32.</summary>
    public ScalarType? DType { get; init; }

    /// <summary>
    /// How matrices are kept: <c>dense</c> in the type to compute in, or <c>int8</c>; null as their file stores them, so that a GGUF
    /// file's stay in their blocks on the processor. <c>int8-products</c> also keeps them so, but rounds the inputs that they are
    /// multiplied by to eight bits where no gradient is asked for: faster, and not exact (<see cref="Int8ProductWeight"/>).
    /// </summary>
    public string? Store { get; init; }

    /// <summary><c>auto</c> (CUDA if present, else the processor), <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>. Default auto.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Whether a missing GPU means the processor instead of an error. Default false.</summary>
    public bool FallbackToCpu { get; init; }

    /// <summary>
    /// The head to put on the model; null for the one its checkpoint has, or for classification where <see cref="Labels"/> is set.
    /// </summary>
    public HeadKind? Head { get; init; }

    /// <summary>How an embedding head makes one vector of its tokens'; null for what the checkpoint or the architecture says.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>Whether an embedding head scales its vectors to length 1; null for what the checkpoint says, else not.</summary>
    public bool? Normalised { get; init; }

    /// <summary>Labels of a head to put on the model; null for as many as its checkpoint has.</summary>
    public int? Labels
    {
        get;
        init => field = value is { } labels ? Guard.AtLeast(1, labels, "A head needs a label; regression has one.") : null;
    }
}
