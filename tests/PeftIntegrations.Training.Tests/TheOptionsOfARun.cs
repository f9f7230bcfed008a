using PeftIntegrations.Core;

namespace PeftIntegrations.Training.Tests;

[Collection(RandomNumbers.Name)]
public sealed class TheOptionsOfARun
{
    private static readonly TrainingOptions Plain = new() { MaxSteps = 2, BatchSize = 2 };

    [Fact]
    public void Judge_by_nothing_without_validation_data()
    {
        var message = Refused(Plain with { Patience = 3, EvaluateEvery = 2, Resume = true });

        Assert.Contains("Patience is 3, and there is no validation data", message, StringComparison.Ordinal);
        Assert.Contains("EvaluateEvery is 2, and there is no validation data", message, StringComparison.Ordinal);
        Assert.Contains("Set Validation, or leave it null", message, StringComparison.Ordinal);
        Assert.Contains("Resume is set, and CheckpointFolder names no folder", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leave_a_rank_schedule_its_steps() => Assert.Contains(
        "StepsBefore is 5 and StepsAfter 0, which leaves none of 2 steps",
        Refused(Plain, new AdaLora { StepsBefore = 5 }),
        StringComparison.Ordinal);

    private static string Refused(TrainingOptions options, PeftMethod? method = null) =>
        Assert.Throws<ArgumentException>(() => new TinyRun(method ?? new Lora(), options, TinyRun.Rows(4, 1), null)).Message;
}
