using System.Diagnostics;

namespace PeftIntegrations.Core;

/// <summary>
/// Spans of the parts of a step: each function with a gradient of its own, forward and backward, and the products with frozen weights
/// within. There are thousands in a step; while nobody listens they cost nothing.
/// </summary>
public static class KernelTelemetry
{
    /// <summary>The name of the activity source.</summary>
    public const string SourceName = "PeftIntegrations.Kernels";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins a part; to dispose it ends it. Null where nobody listens.</summary>
    /// <param name="part">What is computed.</param>
    public static Activity? Start(string part) => Source.StartActivity(part);
}
