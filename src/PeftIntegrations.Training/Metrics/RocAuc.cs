namespace PeftIntegrations.Training;

/// <summary>
/// The area under the ROC curve (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747): the chance that an item that is true scores
/// above one that is not, equal scores counting half.
/// </summary>
[RegisteredAs("roc-auc")]
public sealed record RocAuc : Metric<double, bool>
{
    /// <inheritdoc/>
    protected override double Compute(IReadOnlyList<double> predicted, IReadOnlyList<bool> expected)
    {
        var ranks = Numbers.Ranks(Numbers.Finite(predicted, nameof(RocAuc), nameof(predicted)));
        double positives = expected.Count(isTrue => isTrue);
        var negatives = expected.Count - positives;
        if (positives == 0 || negatives == 0)
        {
            throw new ArgumentException(
                $"RocAuc needs items of both classes, but all {expected.Count} are {(negatives == 0 ? "true" : "false")}. "
                + "Judge by rows of both.",
                nameof(expected));
        }

        var sum = ranks.Zip(expected).Sum(item => item.Second ? item.First : 0);
        return (sum - positives * (positives + 1) / 2) / (positives * negatives); // Mann–Whitney's U, as a share
    }
}
