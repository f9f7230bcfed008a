namespace PeftIntegrations.Models;

/// <summary>How a model is loaded.</summary>
public sealed record LoadOptions
{
    /// <summary>The type to compute in; null for bf16 where the processor or GPU computes it natively, else fp32.</summary>
    public ScalarType? DType { get; init; }

    /// <summary><c>auto</c> (CUDA if present, else the processor), <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>. Default auto.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Whether a missing GPU means the processor instead of an error. Default false.</summary>
    public bool FallbackToCpu { get; init; }

    /// <summary>Labels of a classification head to put on the model; null for the head its checkpoint has.</summary>
    public int? Labels { get; init => field = value is { } labels ? Guard.AtLeast(1, labels, "A head needs a label; regression has one.") : null; }
}
