namespace PeftIntegrations.Training;

/// <summary>
/// The F1 of one class: the harmonic mean of precision and recall, 2·TP / (2·TP + FP + FN); 0 where the class is neither expected nor
/// predicted.
/// </summary>
[RegisteredAs("f1")]
public sealed record F1 : Metric<int, int>
{
    /// <summary>The class. Default 1, the positive one of two.</summary>
    public int Class { get; init => field = Guard.AtLeast(0, value, "Classes count from 0."); } = 1;

    /// <summary>F1 of counts.</summary>
    internal static double Of(long hits, long predicted, long expected) =>
        predicted + expected == 0 ? 0 : 2.0 * hits / (predicted + expected);

    /// <inheritdoc/>
    protected override double Compute(IReadOnlyList<int> predicted, IReadOnlyList<int> expected) => Of(
        predicted.Zip(expected).Count(pair => pair.First == Class && pair.Second == Class),
        predicted.Count(label => label == Class),
        expected.Count(label => label == Class));
}
