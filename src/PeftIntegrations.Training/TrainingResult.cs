namespace PeftIntegrations.Training;

/// <summary>What a training run came to.</summary>
/// <param name="Steps">Every step, in order.</param>
/// <param name="TrainableCount">Numbers that were trained.</param>
/// <param name="Elapsed">Time of the run.</param>
/// <param name="StoppedEarly">Whether the validation loss stopped falling before the run was over.</param>
public sealed record TrainingResult(IReadOnlyList<TrainingProgress> Steps, long TrainableCount, TimeSpan Elapsed, bool StoppedEarly)
{
    /// <summary>The last step's loss.</summary>
    public double FinalLoss => Steps[^1].Loss;

    /// <summary>The best validation loss, if there was one.</summary>
    public double? BestValidationLoss => Steps.Min(step => step.ValidationLoss);
}
