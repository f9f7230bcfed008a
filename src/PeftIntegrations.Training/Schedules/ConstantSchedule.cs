namespace PeftIntegrations.Training;

/// <summary>Stays at the peak.</summary>
[RegisteredAs("constant")]
public sealed record ConstantSchedule : Schedule
{
    /// <inheritdoc/>
    protected override double AfterWarmup(double progress) => 1;
}
