namespace PeftIntegrations;

/// <summary>What one of several trainings came to.</summary>
/// <param name="Name">The adapter's name.</param>
/// <param name="Result">All its steps, or those before it failed.</param>
/// <param name="Problem">Why it failed, such as <see cref="TrainingDivergedException"/>; null where it did not.</param>
public sealed record TrainingJobResult(string Name, TrainingResult Result, Exception? Problem);
