namespace PeftIntegrations.MLNet;

/// <summary>Tells a channel of some steps of a run, and somebody else of all.</summary>
internal sealed class StepReport(IChannel channel, IProgress<TrainingProgress>? listener) : IProgress<TrainingProgress>
{
    private const int Told = 20; // of a run

    /// <summary>The steps that have been done.</summary>
    public int Steps { get; private set; }

    public void Report(TrainingProgress value)
    {
        Steps = value.Step;
        var isNews = value.ValidationLoss is not null || value.Step % Math.Max(1, value.Steps / Told) == 0 || value.Step == value.Steps;
        if (isNews)
        {
            var validation = value.ValidationLoss is { } loss ? $", validation loss {loss:F4}" : "";
            channel.Info(MessageSensitivity.None, $"step {value.Step} of {value.Steps}: loss {value.Loss:F4}{validation}");
        }

        listener?.Report(value);
    }
}
