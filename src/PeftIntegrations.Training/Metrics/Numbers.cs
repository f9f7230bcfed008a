namespace PeftIntegrations.Training;

/// <summary>Checks and ranks of measured numbers.</summary>
internal static class Numbers
{
    /// <summary><paramref name="values"/>, if all are finite.</summary>
    /// <exception cref="ArgumentException">Some are not; the first few are named.</exception>
    public static IReadOnlyList<double> Finite(IReadOnlyList<double> values, string metric, string name)
    {
        var bad = values.Index().Where(item => !double.IsFinite(item.Item)).ToArray();
        return bad.Length == 0
            ? values
            : throw new ArgumentException(
                $"{metric} needs finite numbers, but {bad.Length} of {values.Count} {name} are not: "
                + $"{string.Join(", ", bad.Take(3).Select(item => FormattableString.Invariant($"[{item.Index}] = {item.Item}")))}. "
                + "A model that gives such numbers has diverged; data that has them needs repair.",
                name);
    }

    /// <summary>The place of each value in rising order, from 1; equal values share the mean of their places.</summary>
    public static double[] Ranks(IReadOnlyList<double> values)
    {
        var order = Enumerable.Range(0, values.Count).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Count];
        for (var first = 0; first < order.Length;)
        {
            var next = first + 1;
            while (next < order.Length && values[order[next]] == values[order[first]]) next++;
            for (var i = first; i < next; i++) ranks[order[i]] = (first + 1 + next) / 2.0;
            first = next;
        }

        return ranks;
    }
}
