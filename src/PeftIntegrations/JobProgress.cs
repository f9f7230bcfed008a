namespace PeftIntegrations;

/// <summary>A step of one of several trainings.</summary>
/// <param name="Job">The adapter's name.</param>
/// <param name="Step">The step.</param>
public readonly record struct JobProgress(string Job, TrainingProgress Step);
