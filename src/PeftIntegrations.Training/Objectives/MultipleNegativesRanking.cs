namespace PeftIntegrations.Training;

/// <summary>
/// Multiple-negatives ranking (Henderson et al. 2017, arXiv:1705.00652, §4.4): each anchor must find its own positive among those of the
/// batch: −log softmax_j(scale · cos(a_i, p_j)) at j = i. Texts beyond two are hard negatives, and stand against every anchor.
/// </summary>
[RegisteredAs("embedding-mnr")]
public sealed record MultipleNegativesRanking : EmbeddingObjective
{
    /// <summary>The factor of the cosines: one over the temperature. Default 20, as sentence-transformers has it.</summary>
    public double Scale { get; init => field = Guard.Above(0, value, "20 is usual."); } = 20;

    /// <summary>Whether each positive must also find its anchor; the loss is the mean of both ways. Default false.</summary>
    public bool Symmetric { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Texts => ["anchor", "positive"];

    /// <inheritdoc/>
    public override bool TakesMore => true;

    /// <inheritdoc/>
    public override Tensor Sum(Tensor texts, Tensor labels)
    {
        var rows = texts.shape[1];
        var unit = nn.functional.normalize(texts, dim: -1);
        var candidates = unit.narrow(0, 1, texts.shape[0] - 1).reshape(-1, texts.shape[2]); // [rows + negatives, hidden]
        var scores = Scale * unit[0].matmul(candidates.t()); // [rows, rows + negatives]
        var own = arange(rows, dtype: ScalarType.Int64, device: texts.device);
        var forward = CrossEntropy.Sum(scores, own);
        return Symmetric ? (forward + CrossEntropy.Sum(scores.narrow(1, 0, rows).t(), own)) / 2 : forward;
    }
}
