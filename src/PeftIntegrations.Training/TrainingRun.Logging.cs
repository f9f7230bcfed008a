using Microsoft.Extensions.Logging;

namespace PeftIntegrations.Training;

public sealed partial class TrainingRun
{
    private void LogStep(TrainingProgress step)
    {
        if (_options.Logger is not { } logger) return;

        if (step.ValidationLoss is { } validation) Evaluated(logger, step.Step, step.Steps, step.Loss, validation);
        else if (step.Step % _options.LogEvery == 0 || IsDone) Stepped(logger, step.Step, step.Steps, step.Loss);
    }

    [LoggerMessage(LogLevel.Information, "Step {Step} of {Steps}: loss {Loss:F4}")]
    private static partial void Stepped(ILogger logger, int step, int steps, double loss);

    [LoggerMessage(LogLevel.Information, "Step {Step} of {Steps}: loss {Loss:F4}, validation loss {ValidationLoss:F4}")]
    private static partial void Evaluated(ILogger logger, int step, int steps, double loss, double validationLoss);
}
