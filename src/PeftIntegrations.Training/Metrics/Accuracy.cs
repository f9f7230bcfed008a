namespace PeftIntegrations.Training;

/// <summary>The share of items whose class was told, from 0 to 1.</summary>
[RegisteredAs("accuracy")]
public sealed record Accuracy : Metric<int, int>
{
    /// <inheritdoc/>
    protected override double Compute(IReadOnlyList<int> predicted, IReadOnlyList<int> expected) =>
        (double)predicted.Zip(expected).Count(pair => pair.First == pair.Second) / expected.Count;
}
