namespace CompareMethods;

/// <summary>One of the things that are measured, as the table and the picture show it.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Value">The number.</param>
/// <param name="Text">How it is written.</param>
/// <param name="Logarithmic">Whether the picture shows powers of ten alike.</param>
internal sealed record Column(string Title, Func<Measurement, double> Value, Func<Measurement, string> Text, bool Logarithmic = false)
{
    private const double Kilo = 1e3, Mega = 1e6;

    public static IReadOnlyList<Column> All { get; } =
    [
        new("accuracy", m => m.Accuracy, m => $"{100 * m.Accuracy:F1} %"),
        new("trained", m => m.Trained, m => $"{m.Trained:N0}", Logarithmic: true),
        new("adapter", m => m.FileBytes, m => Size(m.FileBytes), Logarithmic: true),
        new("peak memory", m => m.PeakBytes, m => Size(m.PeakBytes)),
        new("training", m => m.Seconds, m => $"{m.Seconds:F0} s"),
    ];

    /// <summary>The length of a bar: from zero, or from the power of ten below the least.</summary>
    public double LengthOf(Measurement one, IEnumerable<Measurement> all) => Logarithmic
        ? Math.Log10(Value(one)) - Math.Ceiling(Math.Log10(all.Min(Value)) - 1)
        : Value(one);

    private static string Size(long bytes) => bytes < Mega ? $"{bytes / Kilo:N0} kB" : $"{bytes / Mega:N0} MB";
}
