namespace PeftIntegrations.Training;

/// <summary>The steps that are done as a table, which is small and exact: a row of six numbers for each.</summary>
internal static class ProgressTable
{
    private const int Columns = 6;

    /// <summary>[steps, 6] in fp64: loss, gradient norm, learning rate, tokens a second, 1 if evaluated, validation loss.</summary>
    public static Tensor From(IReadOnlyList<TrainingProgress> steps)
    {
        double[] numbers =
        [
            .. steps.SelectMany(step => new[]
            {
                step.Loss, step.GradientNorm, step.LearningRate, step.TokensPerSecond,
                step.ValidationLoss is null ? 0 : 1, step.ValidationLoss ?? 0,
            }),
        ];
        return tensor(numbers, [steps.Count, Columns], ScalarType.Float64, device: CPU);
    }

    /// <summary>The steps of a table.</summary>
    public static IEnumerable<TrainingProgress> Read(Tensor table, int steps, int stepsPerEpoch) =>
        table.data<double>().ToArray().Chunk(Columns).Select((row, index) => new TrainingProgress
        {
            Step = index + 1,
            Steps = steps,
            Epoch = index / stepsPerEpoch + 1,
            Loss = row[0],
            GradientNorm = row[1],
            LearningRate = row[2],
            TokensPerSecond = row[3],
            ValidationLoss = row[4] == 0 ? null : row[5],
        });
}
