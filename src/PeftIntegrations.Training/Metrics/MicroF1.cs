namespace PeftIntegrations.Training;

/// <summary>
/// The F1 of all labels of all items together, each item having any number of labels. Where each has one, it is the accuracy.
/// </summary>
[RegisteredAs("micro-f1")]
public sealed record MicroF1 : Metric<IReadOnlyCollection<int>, IReadOnlyCollection<int>>
{
    /// <inheritdoc/>
    protected override double Compute(
        IReadOnlyList<IReadOnlyCollection<int>> predicted, IReadOnlyList<IReadOnlyCollection<int>> expected) => F1.Of(
        predicted.Zip(expected).Sum(pair => (long)pair.First.Intersect(pair.Second).Count()),
        predicted.Sum(labels => (long)labels.Distinct().Count()),
        expected.Sum(labels => (long)labels.Distinct().Count()));
}
