namespace PeftIntegrations.Training;

/// <summary>
/// Triplet loss (Schroff et al. 2015, arXiv:1503.03832) as Sentence-BERT has it (arXiv:1908.10084, §3), on the Euclidean distance:
/// max(0, ‖a − p‖ − ‖a − n‖ + ε).
/// </summary>
[RegisteredAs("embedding-triplet")]
public sealed record Triplet : EmbeddingObjective
{
    /// <summary>
    /// ε: how much farther the negative must be than the positive. Default 5, as sentence-transformers has it; vectors of length 1 need
    /// less.
    /// </summary>
    public double Margin { get; init => field = Guard.Above(0, value, "5 is usual, 0.5 for vectors of length 1."); } = 5;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Texts => ["anchor", "positive", "negative"];

    /// <inheritdoc/>
    public override Tensor Sum(Tensor texts, Tensor labels) =>
        (Distance(texts[0], texts[1]) - Distance(texts[0], texts[2]) + Margin).relu().sum();

    private static Tensor Distance(Tensor a, Tensor b) => linalg.vector_norm(a - b, ord: 2, dims: [-1]); // [rows]
}
