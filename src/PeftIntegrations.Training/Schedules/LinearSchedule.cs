namespace PeftIntegrations.Training;

/// <summary>Falls in a straight line to zero. Hugging Face's default, and ours.</summary>
[RegisteredAs("linear")]
public sealed record LinearSchedule : Schedule
{
    /// <inheritdoc/>
    protected override double AfterWarmup(double progress) => Math.Max(0, 1 - progress);
}
