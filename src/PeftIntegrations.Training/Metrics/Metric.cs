namespace PeftIntegrations.Training;

/// <summary>Judges predictions by what was expected.</summary>
/// <typeparam name="TPredicted">What is predicted of each item: a class, a score, the tags of a text.</typeparam>
/// <typeparam name="TExpected">What is known of each item.</typeparam>
public abstract record Metric<TPredicted, TExpected>
{
    /// <summary>The metric's value.</summary>
    /// <exception cref="ArgumentException">
    /// There are no items, not as many predictions as expectations, or values that can't be judged.
    /// </exception>
    public double Of(IReadOnlyList<TPredicted> predicted, IReadOnlyList<TExpected> expected)
    {
        Guard.NotEmpty(expected, $"{GetType().Name} needs at least one item to judge.", nameof(expected));
        return predicted.Count == expected.Count
            ? Compute(predicted, expected)
            : throw new ArgumentException(
                $"{GetType().Name} has {predicted.Count} predictions for {expected.Count} expectations. Give one for each.",
                nameof(predicted));
    }

    /// <summary>The metric's value over items that are as many on either side, at least one.</summary>
    protected abstract double Compute(IReadOnlyList<TPredicted> predicted, IReadOnlyList<TExpected> expected);
}
