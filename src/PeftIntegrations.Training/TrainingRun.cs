using System.Diagnostics;

namespace PeftIntegrations.Training;

/// <summary>A training run, one step at a time, so that whoever owns the model may do other work between two steps.</summary>
public sealed partial class TrainingRun : IDisposable
{
    private readonly Adapter _adapter;
    private readonly ITrainingRows _rows;
    private readonly ITrainingRows? _validation;
    private readonly TrainingOptions _options;
    private readonly Objective _objective;
    private readonly BatchPlan _plan;
    private readonly Stepper _stepper;
    private readonly BestTensors _best;
    private readonly List<TrainingProgress> _done = [];
    private TimeSpan _elapsed;
    private long _tokens;
    private int _epoch = -1;
    private IReadOnlyList<int[]> _batches = [];
    private bool _stopped;
    private Dictionary<string, string> _identity = [];

    /// <summary>Prepares a run.</summary>
    /// <param name="adapter">What is trained.</param>
    /// <param name="rows">What it learns from.</param>
    /// <param name="validation">What it is judged by; null for nothing.</param>
    /// <param name="options">How.</param>
    /// <param name="objective">What is minimised.</param>
    /// <exception cref="ArgumentException">
    /// There is no example, options contradict each other, or the checkpoints are of another run; the adapter is as it was.
    /// </exception>
    /// <exception cref="InvalidDataException">All checkpoints are damaged.</exception>
    /// <exception cref="IOException">Another run is using the folder of checkpoints, or it cannot be written.</exception>
    public TrainingRun(Adapter adapter, ITrainingRows rows, ITrainingRows? validation, TrainingOptions options, Objective objective)
    {
        if (options.Contradictions(validation is not null).ToArray() is { Length: > 0 } contradictions)
        {
            throw new ArgumentException($"The options contradict each other:\n  {string.Join("\n  ", contradictions)}", nameof(options));
        }

        rows = PackedRows.Of(rows, options, adapter.Model.Shape.MaxPositions);
        (_adapter, _rows, _validation, _options, _objective) = (adapter, rows, validation, options, objective);
        _plan = new(rows.Count, options.BatchSize, options.Shuffle ? options.Seed : null)
        {
            Lengths = options.GroupByLength ? [.. Enumerable.Range(0, rows.Count).Select(rows.TokensOf)] : null,
        };
        StepsPerEpoch = (_plan.BatchesPerEpoch + options.GradientAccumulation - 1) / options.GradientAccumulation;
        Steps = options.MaxSteps ?? checked(StepsPerEpoch * options.Epochs);
        _stepper = new(adapter, _objective, options, Steps);
        _best = new(adapter, options.Patience);
        try
        {
            OpenCheckpoints();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Steps of one pass over the data.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>All steps.</summary>
    public int Steps { get; }

    /// <summary>How it is done.</summary>
    internal TrainingOptions Options => _options;

    /// <summary>What is trained.</summary>
    internal Adapter Adapter => _adapter;

    /// <summary>Does the steps.</summary>
    internal Stepper Stepper => _stepper;

    /// <summary>Whether no step is left.</summary>
    public bool IsDone => _stopped || _done.Count == Steps;

    /// <summary>What the run came to so far.</summary>
    public TrainingResult Result => new(_done, _adapter.TrainableCount, _elapsed, _stopped);

    /// <summary>Does the next step. The adapter must be attached to its model, alone.</summary>
    /// <exception cref="TrainingDivergedException">The loss is not a number; the adapter keeps its last good numbers.</exception>
    /// <exception cref="OperationCanceledException">Asked for; the adapter is as after the step before.</exception>
    /// <exception cref="IOException">
    /// The step is done, and its checkpoint could not be written; those before it are still there.
    /// </exception>
    public TrainingProgress Next(CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        try
        {
            return End(_stepper.Step(Begin(), cancellationToken), started, cancellationToken);
        }
        finally
        {
            _adapter.Train(false);
        }
    }

    /// <summary>The batches of the next step; dropout is on from here.</summary>
    internal IReadOnlyList<TrainingBatch> Begin()
    {
        _adapter.Train(true);
        TorchRuntime.Seed(StepSeed.Of(_options.Seed, _done.Count));
        return [.. BatchesOf(_done.Count).Select(rows => _rows.Batch(rows, _adapter.Model.Device))];
    }

    /// <summary>Notes a step. What is attached judges it, where there is validation data.</summary>
    /// <param name="step">What it measured.</param>
    /// <param name="started">When it began.</param>
    /// <param name="cancellationToken">Looked at before every batch of the validation data.</param>
    internal TrainingProgress End(TrainingStep step, long started, CancellationToken cancellationToken)
    {
        _adapter.Train(false);
        var index = _done.Count;
        var batches = BatchesOf(index);
        _tokens += batches.Sum(rows => rows.Sum(row => (long)_rows.TokensOf(row)));
        var validationLoss = EvaluatesAfter(index) ? Evaluate(_validation!, cancellationToken) : (double?)null;
        if (validationLoss is { } loss) _stopped = _best.IsExhaustedBy(loss);
        _elapsed += Stopwatch.GetElapsedTime(started);
        _done.Add(new()
        {
            Step = index + 1,
            Steps = Steps,
            Epoch = index / StepsPerEpoch + 1,
            Loss = step.Loss,
            GradientNorm = step.GradientNorm,
            LearningRate = step.LearningRate,
            TokensPerSecond = _tokens / _elapsed.TotalSeconds,
            ValidationLoss = validationLoss,
        });
        SaveCheckpoint();
        LogStep(_done[^1]);
        return _done[^1];
    }

    /// <summary>The mean loss of the supervised items of some rows, with what is attached now.</summary>
    public double Evaluate(ITrainingRows rows, CancellationToken cancellationToken = default)
    {
        var (sum, items) = (0.0, 0L);
        foreach (var chunk in Enumerable.Range(0, rows.Count).Chunk(_options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var batch = rows.Batch(chunk, _adapter.Model.Device);
            sum += _objective.Sum(_adapter.Model, batch).to(ScalarType.Float64).item<double>();
            items += _objective.Items(batch);
        }

        return sum / items;
    }

    /// <summary>Frees the optimiser's state, and lets go of the folder of checkpoints.</summary>
    public void Dispose()
    {
        Checkpoints?.Dispose();
        _stepper.Dispose();
        _best.Dispose();
    }

    private bool EvaluatesAfter(int index) =>
        _validation is not null && ((index + 1) % (_options.EvaluateEvery ?? StepsPerEpoch) == 0 || index + 1 == Steps);

    private IReadOnlyList<int[]> BatchesOf(int step)
    {
        if (step / StepsPerEpoch != _epoch)
        {
            _epoch = step / StepsPerEpoch;
            _batches = _plan.Batches(_epoch);
        }

        var first = step % StepsPerEpoch * _options.GradientAccumulation;
        return [.. _batches.Skip(first).Take(_options.GradientAccumulation)];
    }
}
