using Microsoft.Extensions.Logging;

namespace PeftIntegrations.Training;

/// <summary>How an adapter is trained.</summary>
public sealed record TrainingOptions
{
    private int? _seed;

    /// <summary>Passes over the data. Default 3.</summary>
    public int Epochs { get; init => field = Guard.AtLeast(1, value, "1 to 5 is usual."); } = 3;

    /// <summary>Steps after which to stop, or to start over with the data until they are done; null for <see cref="Epochs"/>.</summary>
    public int? MaxSteps { get; init => field = value is { } steps ? Guard.AtLeast(1, steps, "Leave it null to train by epochs.") : null; }

    /// <summary>Examples of a batch. Default 8.</summary>
    public int BatchSize
    {
        get; init =>
        field = Guard.AtLeast(1, value, "8 is usual; raise GradientAccumulation where memory is short.");
    } = 8;

    /// <summary>Batches whose gradients are summed before a step. Default 1.</summary>
    public int GradientAccumulation { get; init => field = Guard.AtLeast(1, value, "1 steps after every batch."); } = 1;

    /// <summary>Which layers are run again for their gradient instead of keeping what it needs. Default none.</summary>
    public GradientCheckpointing GradientCheckpointing { get; init; } = GradientCheckpointing.None;

    /// <summary>η at its peak. Default 2e-4, usual for LoRA (arXiv:2106.09685 App. D).</summary>
    public double LearningRate { get; init => field = Guard.Above(0, value, "2e-4 is usual for LoRA."); } = 2e-4;

    /// <summary>Steps over which η rises to its peak. Default 0.</summary>
    public int WarmupSteps { get; init => field = Guard.AtLeast(0, value, "A tenth of the steps is usual."); }

    /// <summary>How η falls afterwards. Default linear.</summary>
    public Schedule Schedule { get; init; } = new LinearSchedule();

    /// <summary>The optimiser. Default AdamW without weight decay.</summary>
    public OptimizerRule Optimizer { get; init; } = new AdamW();

    /// <summary>
    /// The norm to which the gradient of all tensors together is shortened where it is longer; null for never. Default 1.
    /// </summary>
    public double? MaxGradientNorm
    {
        get; init => field = value is { } norm ? Guard.Above(0, norm, "1 is usual; null never clips.")
        : null;
    } = 1;

    /// <summary>Most tokens of an example; null for what the model reads, at most 1,024.</summary>
    public int? MaxLength { get; init => field = value is { } length ? Guard.AtLeast(2, length, "A token needs one before it.") : null; }

    /// <summary>Whether a text starts as the tokenizer starts one, with its beginning-of-text token. Default true.</summary>
    public bool AddSpecialTokens { get; init; } = true;

    /// <summary>Whether a prompt's own tokens are learned too, and not only its completion's. Default false.</summary>
    public bool SupervisePrompt { get; init; }

    /// <summary>Whether the examples are shuffled for each epoch. Default true.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>
    /// Whether examples of like length make a batch, so that little is padding: the shuffled examples are sorted by length within windows
    /// of 50 batches, as Hugging Face's <c>group_by_length</c>. Default false.
    /// </summary>
    public bool GroupByLength { get; init; }

    /// <summary>
    /// How sequences share rows, so that little is padding; null for a row each. <see cref="BatchSize"/> counts rows, so it may be smaller
    /// then. What is learnt of each is the same.
    /// </summary>
    public Packing? Packing { get; init; }

    /// <summary>Seed of the adapter's start, the order of the data and dropout. Default 42.</summary>
    public int Seed { get => _seed ?? 42; init => _seed = value; }

    /// <summary>Steps between two evaluations, where there is validation data; null for once an epoch.</summary>
    public int? EvaluateEvery
    {
        get; init => field = value is { } steps
        ? Guard.AtLeast(1, steps, "Leave it null to evaluate once an epoch.") : null;
    }

    /// <summary>Evaluations without a better loss after which training stops, with the best tensors put back; null for never.</summary>
    public int? Patience { get; init => field = value is { } times ? Guard.AtLeast(1, times, "Leave it null never to stop early.") : null; }

    /// <summary>What becomes of examples longer than <see cref="MaxLength"/>; null: raw text is split, a longer pair is an error.</summary>
    public Overflow? Overflow { get; init; }

    /// <summary>Data of the same type as what is learnt, to judge the adapter by while it learns; null for none.</summary>
    public IExamples? Validation { get; init; }

    /// <summary>What is minimised; null for what the data and the model's head are for, such as the next token, or the class.</summary>
    public Objective? Objective { get; init; }

    /// <summary>Where the run keeps its newest two checkpoints; null for none. A folder belongs to one run.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Steps between two checkpoints. The last step always gets one. Default 100.</summary>
    public int CheckpointEvery { get; init => field = Guard.AtLeast(1, value, "100 is usual; fewer lose less and write more."); } = 100;

    /// <summary>
    /// Whether to go on from the newest checkpoint of <see cref="CheckpointFolder"/>, bit for bit as if the run had never stopped;
    /// from the start, where there is none yet. Default false: then the folder must hold none.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Told of the steps, and of checkpoints that are written, resumed from, or damaged; null for nobody.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>
    /// Steps between two of which <see cref="Logger"/> is told. It hears of each evaluation and of the last step too. Default 10.
    /// </summary>
    public int LogEvery { get; init => field = Guard.AtLeast(1, value, "10 is usual."); } = 10;

    /// <summary>These options with a seed that the caller has, where none was set here.</summary>
    public TrainingOptions OrSeed(int seed) => _seed is null ? this with { Seed = seed } : this;

    /// <summary>What is wrong between the options, one line each.</summary>
    /// <param name="isJudged">Whether there is validation data.</param>
    internal IEnumerable<string> Contradictions(bool isJudged)
    {
        if (Resume && CheckpointFolder is not { Length: > 0 })
        {
            yield return $"{nameof(Resume)} is set, and {nameof(CheckpointFolder)} names no folder to resume from. Set both, or neither.";
        }

        if (isJudged) yield break;

        const string missing = $"there is no validation data to judge by. Set {nameof(Validation)}, or leave it null.";
        if (Patience is not null) yield return $"{nameof(Patience)} is {Patience}, and {missing}";
        if (EvaluateEvery is not null) yield return $"{nameof(EvaluateEvery)} is {EvaluateEvery}, and {missing}";
    }

    /// <summary>How texts become rows of tokens for a model that reads so many.</summary>
    public TokenSequenceOptions Rows(int maxPositions) => new()
    {
        MaxLength = MaxLength is not { } length ? Math.Min(maxPositions, 1024) : length <= maxPositions ? length
            : throw new ArgumentException(
            $"MaxLength is {length}, and the model reads {maxPositions} tokens at most. Lower it."),
        AddSpecialTokens = AddSpecialTokens,
        SupervisePrompt = SupervisePrompt,
        Overflow = Overflow,
    };
}
