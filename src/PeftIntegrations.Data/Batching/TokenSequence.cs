namespace PeftIntegrations.Data;

/// <summary>A row to train on: token ids, and for each the id that the model shall give there.</summary>
/// <param name="Ids">The token ids.</param>
/// <param name="Labels">As long as <paramref name="Ids"/>, and not shifted: the id itself, or <see cref="Unsupervised"/>.</param>
public readonly record struct TokenSequence(int[] Ids, int[] Labels)
{
    /// <summary>The label of a token that is not learnt.</summary>
    public const int Unsupervised = -100;

    /// <summary>How many tokens it has.</summary>
    public int Length => Ids.Length;
}
