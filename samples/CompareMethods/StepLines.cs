using PeftIntegrations.Training;

namespace CompareMethods;

/// <summary>Says every step on the standard error, so that the standard output holds the result alone.</summary>
internal sealed class StepLines : IProgress<TrainingProgress>
{
    /// <inheritdoc/>
    public void Report(TrainingProgress value) => Console.Error.WriteLine($"step {value.Step} of {value.Steps}, loss {value.Loss:F3}");
}
