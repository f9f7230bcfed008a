namespace PeftIntegrations.Core;

/// <summary>A method, patch or shared part that acts after each optimiser step, such as a rank schedule.</summary>
public interface IStepAware
{
    /// <summary>Called once, before the run's first step.</summary>
    /// <param name="steps">All steps of the run.</param>
    /// <exception cref="ArgumentException">What is to be done after the steps does not fit into so many.</exception>
    void Begin(int steps)
    {
    }

    /// <summary>Called when the optimiser has changed the tensors and their gradients are still there.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="steps">All steps of the run.</param>
    void AfterStep(int step, int steps);
}
