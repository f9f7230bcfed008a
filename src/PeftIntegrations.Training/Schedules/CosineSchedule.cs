namespace PeftIntegrations.Training;

/// <summary>Falls along half a cosine to zero (Loshchilov &amp; Hutter 2016, arXiv:1608.03983, without restarts).</summary>
[RegisteredAs("cosine")]
public sealed record CosineSchedule : Schedule
{
    /// <inheritdoc/>
    protected override double AfterWarmup(double progress) => 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, progress)));
}
