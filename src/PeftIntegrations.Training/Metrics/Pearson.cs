namespace PeftIntegrations.Training;

/// <summary>
/// Pearson's correlation r, from −1 to 1: how nearly the predictions are a straight line of what is expected; 0 where all predictions are
/// equal.
/// </summary>
[RegisteredAs("pearson")]
public sealed record Pearson : Metric<double, double>
{
    /// <summary>r of finite numbers.</summary>
    internal static double Correlation(IReadOnlyList<double> predicted, IReadOnlyList<double> expected, string metric)
    {
        if (expected.All(value => value == expected[0]))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{metric} needs expected values that vary, but all {expected.Count} are {expected[0]}. ")
                + "Judge by more rows.",
                nameof(expected));
        }

        if (predicted.All(value => value == predicted[0])) return 0;
        var (x, y) = (Unit(predicted), Unit(expected));
        return Math.Clamp(x.Zip(y).Sum(pair => pair.First * pair.Second), -1, 1);
    }

    /// <inheritdoc/>
    protected override double Compute(IReadOnlyList<double> predicted, IReadOnlyList<double> expected) => Correlation(
        Numbers.Finite(predicted, nameof(Pearson), nameof(predicted)),
        Numbers.Finite(expected, nameof(Pearson), nameof(expected)),
        nameof(Pearson));

    /// <summary>The values around their mean, scaled to length 1; first to at most 1, so that no square is lost or overflows.</summary>
    private static double[] Unit(IReadOnlyList<double> values)
    {
        var largest = values.Max(Math.Abs);
        var mean = values.Average(value => value / largest);
        var centred = values.Select(value => value / largest - mean).ToArray();
        var spread = centred.Max(Math.Abs);
        var length = Math.Sqrt(centred.Sum(value => value / spread * (value / spread)));
        return [.. centred.Select(value => value / spread / length)];
    }
}
