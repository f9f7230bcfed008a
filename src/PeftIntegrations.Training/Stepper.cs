namespace PeftIntegrations.Training;

/// <summary>Does one optimiser step after another on an adapter that is attached to its model.</summary>
public sealed class Stepper : IDisposable
{
    private const int StepsBetweenHoles = 8; // of small batches, whose steps take no longer than to look for holes

    private readonly Adapter _adapter;
    private readonly Objective _objective;
    private readonly TrainingOptions _options;
    private readonly Parameter[] _trained;
    private readonly OptimizerState _optimizer;
    private readonly Tensor[] _lastGood;
    private readonly int _steps;

    /// <summary>Prepares a run.</summary>
    /// <param name="adapter">What is trained; attached.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="options">How.</param>
    /// <param name="steps">Steps of the whole run, for the schedule.</param>
    /// <exception cref="ArgumentException">The method has a schedule that does not fit into so many.</exception>
    public Stepper(Adapter adapter, Objective objective, TrainingOptions options, int steps)
    {
        (_adapter, _objective, _options, _steps) = (adapter, objective, options, steps);
        foreach (var aware in adapter.Powers<IStepAware>()) aware.Begin(steps);
        _trained = [.. adapter.Trainable];
        _optimizer = options.Optimizer.Start(_trained);
        _lastGood = [.. _trained.Select(tensor => tensor.detach().clone().DetachFromDisposeScope())];
    }

    /// <summary>Steps that are done.</summary>
    internal int Done { get; set; }

    /// <summary>What it remembers from step to step beside the adapter, by name.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> Memory =>
        _optimizer.Tensors.Select(pair => ($"optimizer.{pair.Key}", pair.Value))
            .Concat(_lastGood.Select((tensor, i) => ($"good.{i}", tensor)));

    /// <summary>One step over the batches, each supervised item weighing alike.</summary>
    /// <exception cref="ArgumentException">No item is supervised.</exception>
    /// <exception cref="TrainingDivergedException">
    /// The loss or the gradient is not a number; the adapter keeps its last good numbers.
    /// </exception>
    /// <exception cref="OperationCanceledException">Asked for; the adapter is as before the step.</exception>
    public TrainingStep Step(IReadOnlyList<TrainingBatch> batches, CancellationToken cancellationToken = default)
    {
        var items = Begin(batches);
        var step = End(batches.Sum(batch => Backward(batch, items, batches.Count, cancellationToken)));
        GiveBackHoles(batches);
        return step;
    }

    /// <summary>Lets go of the gradients of the step before.</summary>
    /// <returns>The supervised items of the batches.</returns>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal long Begin(IReadOnlyList<TrainingBatch> batches)
    {
        var items = batches.Sum(_objective.Items);
        if (items == 0)
        {
            throw new ArgumentException(
            $"No label of step {Done + 1} is supervised: all are {TrainingBatch.Ignored}. Give completions, or raise MaxLength.");
        }

        foreach (var tensor in _trained) tensor.grad = null; // not zero: a step must not show which gradients the steps before it had
        return items;
    }

    /// <summary>A batch's share of the step's loss, a scalar that has a gradient.</summary>
    /// <param name="model">What reads the batch.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="items">Supervised items of the step.</param>
    /// <param name="batches">Batches of the step.</param>
    internal Tensor Loss(PretrainedModel model, TrainingBatch batch, long items, int batches)
    {
        var loss = _objective.Sum(model, batch) / items;
        foreach (var term in _adapter.Powers<IAuxiliaryLoss>()) loss += term.Loss() / batches;
        return loss;
    }

    /// <summary>Gives back what a step over these batches has left in the heap, where that is worth the time.</summary>
    internal void GiveBackHoles(IEnumerable<TrainingBatch> batches)
    {
        var hidden = batches.Max(batch => batch.Tokens.Ids.numel()) * _adapter.Model.Shape.Hidden * sizeof(float);
        if (KeptTensors.Count(hidden) || Done % StepsBetweenHoles == 0) KeptTensors.GiveBackHoles();
    }

    /// <summary>Changes the adapter by the gradients.</summary>
    /// <param name="loss">The step's.</param>
    /// <exception cref="TrainingDivergedException">It, or the gradient, is not a number.</exception>
    internal TrainingStep End(double loss)
    {
        using var span = KernelTelemetry.Start(nameof(OptimizerRule));
        var norm = TensorLists.Norm(Gradients());
        var rate = _options.LearningRate * _options.Schedule.Factor(Done, _options.WarmupSteps, _steps);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            TensorLists.Copy(_lastGood, _trained);
            throw new TrainingDivergedException(Done + 1, loss, norm, rate);
        }

        TensorLists.Copy(_trained, _lastGood);
        if (norm > _options.MaxGradientNorm) TensorLists.Scale(Gradients(), _options.MaxGradientNorm.Value / (norm + 1e-6));
        _optimizer.Step(rate);
        foreach (var aware in _adapter.Powers<IStepAware>()) aware.AfterStep(Done, _steps);
        Done++;
        return new(loss, norm, rate);
    }

    /// <summary>Frees the optimiser's state.</summary>
    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (var tensor in _lastGood) tensor.Dispose();
        foreach (var tensor in _trained) tensor.grad?.Dispose();
    }

    private double Backward(TrainingBatch batch, long items, int batches, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        _adapter.Model.Checkpointing = _options.GradientCheckpointing;
        var loss = Loss(_adapter.Model, batch, items, batches);
        loss.backward();
        HandedOver.Release();
        return loss.to(ScalarType.Float64).item<double>();
    }

    private IEnumerable<Tensor> Gradients() => _trained.Select(tensor => tensor.grad).OfType<Tensor>();
}
