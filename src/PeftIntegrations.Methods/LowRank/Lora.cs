using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>LoRA (Hu et al. 2021, arXiv:2106.09685): h = W₀x + s·B·A·x with s = α/r.</summary>
[RegisteredAs("LORA")]
public record Lora : PeftMethod, ITrainsTokens
{
    private const int HighestRank = 1024; // allowed at small layers too, beyond what they can use

    /// <summary>r, the rank of the update. At least 1; 8–64 is usual (§4.1). Default 8, as in Hugging Face's.</summary>
    [JsonPropertyName("r")]
    public int Rank { get; init => field = Guard.AtLeast(1, value, "8 or 16 is a good start."); } = 8;

    /// <summary>α; the update is scaled by α/r. Default 16, twice the rank.</summary>
    [JsonPropertyName("lora_alpha")]
    public double Alpha { get; init => field = Guard.Above(0, value, "Twice the rank is a good start."); } = 16;

    /// <summary>Probability of zeroing an input of A while training; in [0, 1). Default 0.</summary>
    [JsonPropertyName("lora_dropout")]
    public double Dropout { get; init => field = Guard.Within(0, 0.999, value, "0.05 is usual for small data."); }

    /// <summary>rsLoRA (Kalajdzievski 2023, arXiv:2312.03732): s = α/√r, so that high ranks keep learning. Default false.</summary>
    [JsonPropertyName("use_rslora")]
    public bool RankStabilised { get; init; }

    /// <summary>Gives B a bias of its own, which shifts the layer's. Default false.</summary>
    [JsonPropertyName("lora_bias")]
    public bool BiasOfB { get; init; }

    /// <summary>r for the layers whose path ends in a match of the key, a regular expression.</summary>
    [JsonPropertyName("rank_pattern")]
    public IReadOnlyDictionary<string, int> RankPattern
    {
        get;
        init => field = Guard.Each(value, (rank, name) => Guard.AtLeast(1, rank, "8 or 16 is a good start.", name));
    } = new Dictionary<string, int>();

    /// <summary>α for the layers whose path ends in a match of the key, a regular expression.</summary>
    [JsonPropertyName("alpha_pattern")]
    public IReadOnlyDictionary<string, double> AlphaPattern
    {
        get;
        init => field = Guard.Each(value, (alpha, name) => Guard.Above(0, alpha, "Twice the rank is a good start.", name));
    } = new Dictionary<string, double>();

    /// <summary>How A and B start. Default <see cref="KaimingStart"/>: A random, B zero.</summary>
    [JsonPropertyName("init_lora_weights"), JsonConverter(typeof(LowRankStartConverter))]
    public ILowRankStart Start { get; init; } = new KaimingStart();

    /// <summary>Ids of tokens whose embeddings are trained too; null for none.</summary>
    [JsonPropertyName("trainable_token_indices"), JsonConverter(typeof(TokenIndicesConverter))]
    public IReadOnlyList<int>? TokenIndices { get; init; }

    /// <summary>
    /// Whether the file's model stores its weights transposed. Read for the file's sake; our layers know their own orientation.
    /// </summary>
    [JsonPropertyName("fan_in_fan_out")]
    public bool FanInFanOut { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Roles(Role.Query, Role.Value, Role.QueryKeyValue);

    /// <inheritdoc/>
    [JsonIgnore]
    protected override IReadOnlyCollection<string> Refused =>
    [
        "alora_invocation_tokens", "arrow_config", "kasa_config", "layer_replication", "megatron_config",
        "monteclora_config", "target_parameters", "use_bdlora", "use_qalora", "velora_config", "ensure_weight_tying",
    ];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rank is beyond any use for the layer.</exception>
    public override Patch? PatchFor(ISite site, TensorPool pool) => !Targeted(site) ? null : site switch
    {
        Projection p => new LowRank(p, Start.For(p.In, p.Out, RankAt(p), p.Device), ScaleAt(p), Dropout, BiasOfB),
        Embedding e => new LowRankRows(Start.ForRows(e.Vocabulary, e.Size, RankAt(e), e.Device), ScaleAt(e)),
        _ => null,
    };

    /// <inheritdoc/>
    protected override IEnumerable<string> Contradictions()
    {
        foreach (var line in base.Contradictions()) yield return line;
        if (BiasOfB && Start is not (KaimingStart or RandomStart))
        {
            yield return $"{nameof(BiasOfB)} goes with {nameof(KaimingStart)} or {nameof(RandomStart)} only, as in Hugging Face's.";
        }
    }

    private int RankAt(AffineSite site)
    {
        var (rank, most) = (PathPattern.Find(RankPattern, site.Path, Rank), Math.Max(HighestRank, site.WeightShape.Min()));
        return rank <= most ? rank : throw new ArgumentException(
            $"The rank (r, rank_pattern) at {site.Path} is {rank}, and must lie between 1 and {most}: " +
            $"a layer of [{string.Join(", ", site.WeightShape)}] can use no more.");
    }

    private double ScaleAt(AffineSite site) =>
        PathPattern.Find(AlphaPattern, site.Path, Alpha) / (RankStabilised ? Math.Sqrt(RankAt(site)) : RankAt(site));
}
