using System.Reflection;

namespace PeftIntegrations;

/// <summary>How a model is opened.</summary>
public sealed record PeftModelOptions
{
    /// <summary>The type to compute in; null for bf16 where the processor or GPU computes it natively, else fp32.</summary>
    public ScalarType? DType { get; init; }

    /// <summary><c>auto</c> (CUDA if present, else the processor), <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>. Default auto.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Whether a missing GPU means the processor instead of an error. Default false.</summary>
    public bool FallbackToCpu { get; init; }

    /// <summary>Assemblies with methods and architectures of your own, found by <see cref="RegisteredAsAttribute"/>.</summary>
    public IReadOnlyList<Assembly> Extensions { get; init; } = [];
}
