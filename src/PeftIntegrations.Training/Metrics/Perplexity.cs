namespace PeftIntegrations.Training;

/// <summary>
/// Perplexity (Jelinek et al. 1977, doi:10.1121/1.2016299): among how many equally likely tokens a language model hesitates on average.
/// </summary>
public static class Perplexity
{
    /// <summary>exp of the mean loss of a token, in nats, without smoothing or other terms. 1 is the least.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The loss is negative or not a number.</exception>
    public static double Of(double meanLoss) =>
        Math.Exp(Guard.AtLeast(0, meanLoss, "Give the mean cross-entropy of the tokens.", nameof(meanLoss)));
}
