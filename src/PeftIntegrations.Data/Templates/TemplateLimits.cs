namespace PeftIntegrations.Data;

/// <summary>What rendering a chat template may take, so that none can hang the process or fill its memory.</summary>
public sealed record TemplateLimits
{
    /// <summary>The most characters of any one text, the rendered one included. Default 16 million.</summary>
    public int MaxLength { get; init => field = Positive(value, nameof(MaxLength)); } = 16_000_000;

    /// <summary>The most steps: iterations, calls, and values or characters that are copied. Default 20 million, a second or two.</summary>
    public int MaxSteps { get; init => field = Positive(value, nameof(MaxSteps)); } = 20_000_000;

    /// <summary>The most macros and loops that call one another. Default 100.</summary>
    public int MaxDepth { get; init => field = Positive(value, nameof(MaxDepth)); } = 100;

    private static int Positive(int value, string name) =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1.");
}
