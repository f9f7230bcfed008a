using System.Text.Json.Serialization;

namespace PeftIntegrations.Training;

/// <summary>
/// Matryoshka representation learning (Kusupati et al. 2022, arXiv:2205.13147): another objective on the first m numbers of each vector,
/// summed over several m, so that a vector may be cut short: Σ_m c_m·L(z₁..ₘ).
/// </summary>
[RegisteredAs("embedding-matryoshka")]
public sealed record Matryoshka : EmbeddingObjective
{
    private const int Shortest = 8; // §3

    /// <summary>L. Default <see cref="MultipleNegativesRanking"/>.</summary>
    public EmbeddingObjective Inner { get; init; } = new MultipleNegativesRanking();

    /// <summary>The lengths m; null halves the vector's own, down to 8 (§3).</summary>
    [JsonPropertyName("dims")]
    public IReadOnlyList<int>? Dimensions { get; init => field = value is null ? null : Checked(value); }

    /// <summary>c: the weight of each length; null for 1.</summary>
    public IReadOnlyList<double>? Weights { get; init => field = CrossEntropy.Checked(value, nameof(Weights)); }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Texts => Inner.Texts;

    /// <inheritdoc/>
    public override bool TakesMore => Inner.TakesMore;

    /// <inheritdoc/>
    public override long Items(TrainingBatch batch) => Inner.Items(batch);

    /// <inheritdoc/>
    public override Tensor Sum(Tensor texts, Tensor labels)
    {
        var whole = texts.shape[2];
        var dimensions = Dimensions ?? Halves((int)whole);
        var tooLong = dimensions.Where(m => m > whole).ToArray();
        if (tooLong.Length > 0)
        {
            throw new ArgumentException(
                $"Dimensions has {string.Join(", ", tooLong)}, but the model's vectors have {whole} numbers. Leave out the longer ones.");
        }

        if (Weights is not null && Weights.Count != dimensions.Count)
        {
            throw new ArgumentException(
                $"There are {Weights.Count} weights for {dimensions.Count} lengths ({string.Join(", ", dimensions)}). Give one for each.");
        }

        return dimensions
            .Select((m, i) => Inner.Sum(texts.narrow(2, 0, m), labels) * (Weights?[i] ?? 1))
            .Aggregate((sum, loss) => sum + loss);
    }

    private static IReadOnlyList<int> Checked(IReadOnlyList<int> dimensions)
    {
        const string Remedy = "256, 128, 64 is usual.";
        foreach (var m in Guard.NotEmpty(dimensions, Remedy, nameof(Dimensions))) Guard.AtLeast(1, m, Remedy, nameof(Dimensions));
        return dimensions;
    }

    private static List<int> Halves(int whole)
    {
        List<int> halves = [whole];
        while (halves[^1] / 2 >= Shortest) halves.Add(halves[^1] / 2);
        return halves;
    }
}
