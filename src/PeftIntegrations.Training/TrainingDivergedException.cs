namespace PeftIntegrations.Training;

/// <summary>The loss or its gradient stopped being a number. The adapter holds what it held when the loss last was one.</summary>
public sealed class TrainingDivergedException(int step, double loss, double gradientNorm, double learningRate) : InvalidOperationException(
    $"Training diverged at step {step}: the loss is {loss} and the gradient's norm {gradientNorm} at a learning rate of " +
        $"{learningRate:g3}. " +
    "The adapter keeps its last good numbers. Lower the learning rate, or compute in fp32.")
{
    /// <summary>The step, from 1.</summary>
    public int Step { get; } = step;
}
