namespace PeftIntegrations;

public sealed partial class PeftModel
{
    /// <summary>What huggingface/peft trains whole beside any method for a classifier: the names that models give its head.</summary>
    private static readonly string[] ClassifierHeads = ["classifier", "score"];

    /// <summary>Makes an adapter and trains it. One that has the name already is replaced.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="method">
    /// The method, such as <c>new Lora { Rank = 8 }</c>. A classifier's head is trained whole beside it, as huggingface/peft does.
    /// </param>
    /// <param name="data">
    /// What to learn: <see cref="Texts"/> to continue (or to guess hidden tokens of), <see cref="Chats"/>, <see cref="LabelledTexts"/>,
    /// <see cref="MultiLabelTexts"/>, <see cref="ScoredTexts"/>, <see cref="TaggedTexts"/>, or <see cref="TextGroups"/> for vectors.
    /// </param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellationToken">Looked at before every batch; the adapter stays as after the last whole step.</param>
    /// <exception cref="InvalidOperationException">The model's head learns nothing from such data; the message says which does.</exception>
    /// <exception cref="ArgumentException">Options contradict each other, or the data cannot be learned from.</exception>
    /// <exception cref="TrainingDivergedException">The loss is not a number; the adapter keeps its last good numbers.</exception>
    /// <exception cref="InvalidDataException">The run was to resume, and all its checkpoints are damaged.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written, or another run is using their folder.</exception>
    public async Task<TrainingResult> TrainAsync(
        string name, PeftMethod method, IExamples data, TrainingOptions? options = null, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        AdapterName.Check(name);
        options ??= new();
        return await TrainAsync(name, () => Start(method, options.Seed), data, (options, progress), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Goes on training an adapter that is there already.</summary>
    /// <inheritdoc cref="TrainAsync(string, PeftMethod, IExamples, TrainingOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public Task<TrainingResult> TrainAsync(
        string name, IExamples data, TrainingOptions? options = null, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        TrainAsync(name, () => _adapters[name], data, (options ?? new(), progress), cancellationToken);

    /// <summary>The place of each label among <see cref="Labels"/>.</summary>
    /// <exception cref="ArgumentException">Some of those used are none of them; the message lists them.</exception>
    internal Dictionary<string, int> ClassesOf(IEnumerable<string> used)
    {
        string[] unknown = [.. used.Distinct().Except(Labels).Select(label => $"'{label}'")];
        return unknown.Length == 0 ? Labels.Index().ToDictionary(label => label.Item, label => label.Index) : throw new ArgumentException(
            $"The data have {unknown.Length} labels that the model does not: {Shown(unknown)}. " +
            $"The model's {Labels.Count} are {Shown(Labels)}. " +
            $"Load it with {nameof(PeftModelOptions.Labels)} = those of the data.");
    }

    /// <summary>Refuses data that are of another kind of problem than the model's.</summary>
    internal void Require(ProblemKind kind, string data)
    {
        if (Problem != kind)
        {
            throw new InvalidOperationException(
                $"{data} are for {nameof(ProblemKind)}.{kind}, and this model's {Labels.Count} labels are for {Problem}. " +
                $"Load it with {nameof(PeftModelOptions.Problem)} = {nameof(ProblemKind)}.{kind}, or give other data.");
        }
    }

    private async Task<TrainingResult> TrainAsync(
        string name, Func<Adapter> find, IExamples data, (TrainingOptions Options, IProgress<TrainingProgress>? Progress) how,
        CancellationToken cancellationToken)
    {
        var options = how.Options; // the data come first: where they are refused, an adapter of this name is still there
        var task = TrainingTask.Of(data, _model);
        var rows = task.Rows(data, this, options, judges: false);
        var validation = options.Validation is { } judges ? task.Rows(judges, this, options, judges: true) : null;
        var objective = options.Objective ?? task.Objective;
        var (adapter, run) = await _thread
            .Run(() => Begin(name, find(), chosen => new(chosen, rows, validation, options, objective)), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            while (!run.IsDone)
            {
                var step = await _thread.Run(stop => Step(name, adapter, run, stop), cancellationToken).ConfigureAwait(false);
                how.Progress?.Report(step);
            }

            return run.Result;
        }
        finally
        {
            var finish = _thread.Run(() => Finish(run), CancellationToken.None);
            await finish.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // a disposed model has finished it already
        }
    }

    private static string Shown(IReadOnlyList<string> labels) => string.Join(", ", labels.Take(ShownLabels)) +
        (labels.Count > ShownLabels ? $" and {labels.Count - ShownLabels} more" : "");

    private Adapter Start(PeftMethod method, int seed)
    {
        if (method is IReadsText { Text: { Length: > 0 } text } reader) method = reader.With(Tokenizer.Encode(text).Ids);
        if (Labels.Count > 0) method = method with { ModulesToSave = [.. (method.ModulesToSave ?? []).Union(ClassifierHeads)] };
        TorchRuntime.Seed(seed);
        return new(_model, method);
    }

    private (Adapter, TrainingRun) Begin(string name, Adapter adapter, Func<Adapter, TrainingRun> prepare)
    {
        var isNew = !_adapters.Contains(name) || _adapters[name] != adapter;
        try
        {
            var run = prepare(adapter);
            _runs.Add(run);
            if (isNew) _adapters.Set(name, adapter);
            return (adapter, run);
        }
        catch
        {
            if (isNew) adapter.Dispose(); // the one of this name is still there
            throw;
        }
    }

    private TrainingProgress Step(string name, Adapter adapter, TrainingRun run, CancellationToken cancellationToken)
    {
        if (_adapters[name] != adapter)
        {
            throw new InvalidOperationException(
                $"Adapter '{name}' was replaced while it was trained. Train the new one, or take another name.");
        }

        Activate(Composition.Of(name));
        using var told = Telemetry.Training(Source, name);
        return told.Ended(run.Next(cancellationToken));
    }

    private void Finish(TrainingRun run)
    {
        _runs.Remove(run);
        run.Dispose();
    }
}
