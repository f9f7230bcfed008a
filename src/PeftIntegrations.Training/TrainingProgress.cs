namespace PeftIntegrations.Training;

/// <summary>Where a training run stands after a step.</summary>
public sealed record TrainingProgress
{
    /// <summary>The step, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>All steps of the run.</summary>
    public required int Steps { get; init; }

    /// <summary>The pass over the data, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The step's mean loss of a supervised item, in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>The gradient's norm before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>η of the step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Real tokens read for each second of the run so far.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>The mean loss on the validation data, where the step evaluated it.</summary>
    public double? ValidationLoss { get; init; }
}
