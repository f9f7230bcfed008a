namespace PeftIntegrations.Training;

/// <summary>
/// The mean of the F1 of all classes that are expected or predicted, so that a rare class weighs as much as a frequent one.
/// </summary>
[RegisteredAs("macro-f1")]
public sealed record MacroF1 : Metric<int, int>
{
    /// <inheritdoc/>
    protected override double Compute(IReadOnlyList<int> predicted, IReadOnlyList<int> expected)
    {
        var hits = predicted.Zip(expected).Where(pair => pair.First == pair.Second).CountBy(pair => pair.First).ToDictionary();
        var (asPredicted, asExpected) = (predicted.CountBy(label => label).ToDictionary(), expected.CountBy(label => label).ToDictionary());
        return asPredicted.Keys.Union(asExpected.Keys).Average(label =>
            F1.Of(hits.GetValueOrDefault(label), asPredicted.GetValueOrDefault(label), asExpected.GetValueOrDefault(label)));
    }
}
