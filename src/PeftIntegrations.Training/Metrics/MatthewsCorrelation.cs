namespace PeftIntegrations.Training;

/// <summary>
/// Matthews' correlation of classes (Gorodkin 2004, doi:10.1016/j.compbiolchem.2004.09.006), from −1 to 1 and fair to classes of unequal
/// size: (c·s − Σ p_k·t_k) / √((s² − Σ p_k²)(s² − Σ t_k²)); 0 where all items are expected, or predicted, in one class.
/// </summary>
[RegisteredAs("mcc")]
public sealed record MatthewsCorrelation : Metric<int, int>
{
    /// <inheritdoc/>
    protected override double Compute(IReadOnlyList<int> predicted, IReadOnlyList<int> expected)
    {
        var (p, t) = (predicted.CountBy(label => label).ToDictionary(), expected.CountBy(label => label).ToDictionary());
        double s = expected.Count;
        double c = predicted.Zip(expected).Count(pair => pair.First == pair.Second);
        var covariance = c * s - p.Sum(count => (double)count.Value * t.GetValueOrDefault(count.Key));
        var spread = (s * s - SumOfSquares(p.Values)) * (s * s - SumOfSquares(t.Values));
        return spread == 0 ? 0 : covariance / Math.Sqrt(spread);
    }

    private static double SumOfSquares(IEnumerable<int> counts) => counts.Sum(count => (double)count * count);
}
