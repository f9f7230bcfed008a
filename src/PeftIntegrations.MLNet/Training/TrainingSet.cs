namespace PeftIntegrations.MLNet;

/// <summary>What an estimator read: the task, which its labels are part of, and what teaches it.</summary>
/// <param name="Task">What the transformer will do.</param>
/// <param name="Examples">What to learn; null for nothing.</param>
/// <param name="Validation">What to judge it by; null for nothing.</param>
internal sealed record TrainingSet(RowTask Task, IExamples? Examples = null, IExamples? Validation = null)
{
    /// <summary>What is minimised; null for what the options say.</summary>
    public Objective? Objective { get; init; }

    /// <summary>What becomes of texts that are too long; null for what the front door does.</summary>
    public Overflow? Overflow { get; init; }
}
