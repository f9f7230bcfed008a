using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>
/// AdaLoRA (Zhang et al. 2023, arXiv:2303.10512): ΔW = s·B·diag(E)·A; ranks go where they matter while training prunes the rest.
/// </summary>
[RegisteredAs("ADALORA")]
public sealed record AdaLora : PeftMethod
{
    /// <summary>The rank of each layer at the start. At least 1. Default 12.</summary>
    [JsonPropertyName("init_r")]
    public int InitialRank { get; init => field = Guard.AtLeast(1, value, "12 is usual."); } = 12;

    /// <summary>The mean rank at the end. At least 1. Default 8.</summary>
    [JsonPropertyName("target_r")]
    public int TargetRank { get; init => field = Guard.AtLeast(1, value, "8 is usual."); } = 8;

    /// <summary>α; the update is scaled by α over the initial rank. Default 8.</summary>
    [JsonPropertyName("lora_alpha")]
    public double Alpha { get; init => field = Guard.Above(0, value, "The rank is a good start."); } = 8;

    /// <summary>Probability of zeroing an input of A while training; in [0, 1). Default 0.</summary>
    [JsonPropertyName("lora_dropout")]
    public double Dropout { get; init => field = Guard.Within(0, 0.999, value, "0 is usual."); }

    /// <summary>t_i: steps before pruning begins. Default 0.</summary>
    [JsonPropertyName("tinit")]
    public int StepsBefore { get; init => field = Guard.AtLeast(0, value, "A tenth of the steps is usual."); }

    /// <summary>t_f: steps at the end with the ranks fixed. Default 0.</summary>
    [JsonPropertyName("tfinal")]
    public int StepsAfter { get; init => field = Guard.AtLeast(0, value, "A tenth of the steps is usual."); }

    /// <summary>ΔT: steps between two prunings. Default 1.</summary>
    [JsonPropertyName("deltaT")]
    public int Interval { get; init => field = Guard.AtLeast(1, value, "1 prunes after every step."); } = 1;

    /// <summary>β₁: how slowly the importance of a number changes; in [0, 1). Default 0.85.</summary>
    [JsonPropertyName("beta1")]
    public double Beta1 { get; init => field = Guard.Within(0, 0.9999, value, "0.85 is usual."); } = 0.85;

    /// <summary>β₂: how slowly its uncertainty changes; in [0, 1). Default 0.85.</summary>
    [JsonPropertyName("beta2")]
    public double Beta2 { get; init => field = Guard.Within(0, 0.9999, value, "0.85 is usual."); } = 0.85;

    /// <summary>γ: weight of the loss that keeps A and B orthogonal. Default 0.5.</summary>
    [JsonPropertyName("orth_reg_weight")]
    public double Orthogonality { get; init => field = Guard.Within(0, 1e6, value, "0.5 is usual."); } = 0.5;

    /// <summary>Steps of the schedule; null for those of the run.</summary>
    [JsonPropertyName("total_step")]
    public int? Steps { get; init => field = value is { } steps ? Guard.AtLeast(1, steps, "Leave it null for the run's own.") : null; }

    /// <summary>Which triplets of a layer are left, by <c>path.lora_E</c>; training writes it.</summary>
    [JsonPropertyName("rank_pattern")]
    public IReadOnlyDictionary<string, IReadOnlyList<bool>>? Left { get; init; }

    /// <summary>
    /// Whether the file's model stores its weights transposed. Read for the file's sake; our layers know their own orientation.
    /// </summary>
    [JsonPropertyName("fan_in_fan_out")]
    public bool FanInFanOut { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Roles(Role.Query, Role.Value, Role.QueryKeyValue);

    /// <summary>Why ranks cannot be taken away in a run of so many steps. A file that is only read may say what it likes.</summary>
    internal IEnumerable<string> ScheduleProblems(int steps)
    {
        if (TargetRank > InitialRank)
        {
            yield return $"{nameof(TargetRank)} is {TargetRank} and {nameof(InitialRank)} {InitialRank}: ranks are only taken away. " +
                $"Raise {nameof(InitialRank)}; one and a half times the target is usual.";
        }

        if (StepsBefore + StepsAfter >= (Steps ?? steps))
        {
            yield return $"{nameof(StepsBefore)} is {StepsBefore} and {nameof(StepsAfter)} {StepsAfter}, which leaves none of " +
                $"{Steps ?? steps} steps to take ranks away. Lower them, or train longer.";
        }
    }

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool)
    {
        if (site is not Projection p || !Targeted(site)) return null;

        var left = Left?.GetValueOrDefault($"{p.Path}.lora_E");
        var triplets = new Triplets(p, left?.Count(isLeft => isLeft) ?? InitialRank, Alpha / (InitialRank + 1e-5), Dropout);
        pool.Part(() => new RankSchedule(this)).Add(p.Path, triplets);
        return triplets;
    }
}
