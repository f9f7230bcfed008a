namespace PeftIntegrations.Training;

/// <summary>How the learning rate falls after the warm-up, as a factor on the peak.</summary>
public abstract record Schedule
{
    /// <summary>The factor of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="warmup">Steps that rise linearly to the peak, the first of them above zero.</param>
    /// <param name="steps">All steps of the run.</param>
    public double Factor(int step, int warmup, int steps) =>
        step < warmup ? (step + 1.0) / (warmup + 1) : AfterWarmup((double)(step - warmup) / Math.Max(1, steps - warmup));

    /// <summary>The factor after the warm-up.</summary>
    /// <param name="progress">How much of the rest of the run is done, from 0 to below 1.</param>
    protected abstract double AfterWarmup(double progress);
}
