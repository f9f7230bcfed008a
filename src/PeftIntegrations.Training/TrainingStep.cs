namespace PeftIntegrations.Training;

/// <summary>What one optimiser step measured.</summary>
/// <param name="Loss">Mean loss of a supervised item.</param>
/// <param name="GradientNorm">The gradient's norm before clipping.</param>
/// <param name="LearningRate">η.</param>
public readonly record struct TrainingStep(double Loss, double GradientNorm, double LearningRate);
