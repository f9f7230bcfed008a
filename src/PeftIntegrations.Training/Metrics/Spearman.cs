namespace PeftIntegrations.Training;

/// <summary>
/// Spearman's rank correlation ρ (1904, doi:10.2307/1412159), from −1 to 1: Pearson's of the ranks, equal values sharing their mean rank; 0
/// where all predictions are equal.
/// </summary>
[RegisteredAs("spearman")]
public sealed record Spearman : Metric<double, double>
{
    /// <inheritdoc/>
    protected override double Compute(IReadOnlyList<double> predicted, IReadOnlyList<double> expected) => Pearson.Correlation(
        Numbers.Ranks(Numbers.Finite(predicted, nameof(Spearman), nameof(predicted))),
        Numbers.Ranks(Numbers.Finite(expected, nameof(Spearman), nameof(expected))),
        nameof(Spearman));
}
