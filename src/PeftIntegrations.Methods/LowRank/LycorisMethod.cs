using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>What LoHa and LoKr share (Yeh et al. 2023, arXiv:2309.14859): a rank and a scale α/r, by layer where patterns say so.</summary>
public abstract record LycorisMethod : PeftMethod
{
    /// <summary>r, the rank of the factors. At least 1. Default 8.</summary>
    [JsonPropertyName("r")]
    public int Rank { get; init => field = Guard.AtLeast(1, value, "8 is a good start."); } = 8;

    /// <summary>α; the update is scaled by α/r. Default 8.</summary>
    [JsonPropertyName("alpha")]
    public double Alpha { get; init => field = Guard.Above(0, value, "The rank is a good start."); } = 8;

    /// <summary>Whether one factor starts at zero, so that the adapter starts as the identity. Default true.</summary>
    [JsonPropertyName("init_weights")]
    public bool StartsAsIdentity { get; init; } = true;

    /// <summary>r for the layers whose path ends in a match of the key, a regular expression.</summary>
    [JsonPropertyName("rank_pattern")]
    public IReadOnlyDictionary<string, int> RankPattern { get; init; } = new Dictionary<string, int>();

    /// <summary>α for the layers whose path ends in a match of the key, a regular expression.</summary>
    [JsonPropertyName("alpha_pattern")]
    public IReadOnlyDictionary<string, double> AlphaPattern { get; init; } = new Dictionary<string, double>();

    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Roles(Role.Query, Role.Value, Role.QueryKeyValue);

    /// <inheritdoc/>
    [JsonIgnore]
    protected override IReadOnlyCollection<string> Refused => ["use_effective_conv2d"];

    /// <summary>r at a layer.</summary>
    private protected int RankAt(ISite site) => PathPattern.Find(RankPattern, site.Path, Rank);

    /// <summary>α/r at a layer.</summary>
    private protected double ScaleAt(ISite site) => PathPattern.Find(AlphaPattern, site.Path, Alpha) / RankAt(site);
}
