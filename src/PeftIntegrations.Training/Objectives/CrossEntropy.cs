namespace PeftIntegrations.Training;

/// <summary>The cross-entropy that several objectives share.</summary>
internal static class CrossEntropy
{
    /// <summary>Checks a class weight.</summary>
    public static IReadOnlyList<double>? Checked(IReadOnlyList<double>? weights, string name)
    {
        for (var i = 0; i < weights?.Count; i++) Guard.Within(0, 1e9, weights[i], "1 is neutral.", $"{name}[{i}]");
        return weights;
    }

    /// <summary>The weight of each label's class, [items].</summary>
    public static Tensor WeightsOf(IReadOnlyList<double> weights, Tensor scores, Tensor labels) =>
        Weights(weights, scores).index_select(0, labels);

    /// <summary>
    /// The sum over items; with weights, as many times torch's weighted mean as there are items, so that dividing by the items gives that
    /// mean.
    /// </summary>
    /// <param name="scores">[items, classes].</param>
    /// <param name="labels">[items].</param>
    /// <param name="weights">One a class; null weighs them alike.</param>
    /// <param name="smoothing">ε.</param>
    public static Tensor Sum(Tensor scores, Tensor labels, IReadOnlyList<double>? weights = null, double smoothing = 0)
    {
        var weight = weights is null ? null : Weights(weights, scores); // [classes]
        var sum = nn.functional.cross_entropy(scores, labels, weight, reduction: nn.Reduction.Sum, label_smoothing: smoothing);
        if (weight is null) return sum;

        var perWeight = labels.shape[0] / weight.index_select(0, labels).sum();
        return sum * perWeight.nan_to_num(0, posinf: 0); // labels that weigh nothing teach nothing
    }

    private static Tensor Weights(IReadOnlyList<double> weights, Tensor scores) => weights.Count == scores.shape[1]
        ? tensor(weights.ToArray(), dtype: scores.dtype, device: scores.device)
        : throw new ArgumentException(
            $"There are {weights.Count} class weights for {scores.shape[1]} classes. Give one for each class, in the order of the labels.");
}
