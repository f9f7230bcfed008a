namespace PeftIntegrations;

public sealed partial class PeftModel
{
    /// <summary>
    /// Trains several adapters at once, with data, methods and options of their own: a step of all is one pass over the rows of all, which
    /// makes more of the processor than one after another. Each comes to what it comes to alone; see <see cref="JointStep"/> for dropout.
    /// </summary>
    /// <param name="jobs">The trainings; they may end at different times.</param>
    /// <param name="progress">Told after every step of each.</param>
    /// <param name="cancellationToken">Looked at before every batch; the adapters stay as after the last whole step.</param>
    /// <returns>What each came to, in their order. One that fails does not end the others.</returns>
    /// <remarks>Methods that wrap blocks or the stack, and packed data, cannot share a pass: those jobs take their steps in turn.</remarks>
    /// <exception cref="ArgumentException">Some jobs cannot begin; the message says which, and why. Nothing is trained then.</exception>
    public async Task<IReadOnlyList<TrainingJobResult>> TrainManyAsync(
        IReadOnlyList<TrainingJob> jobs, IProgress<JobProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Guard.NotEmpty(jobs, "Give at least one job.");
        var prepared = EachOf(jobs, job => job.Name, Prepare);
        var runs = await _thread.Run(() => Begin(prepared), cancellationToken).ConfigureAwait(false);
        try
        {
            while (runs.Where(run => !run.IsOver).ToArray() is { Length: > 0 } left)
            {
                var told = await _thread.Run(stop => Step(left, stop), cancellationToken).ConfigureAwait(false);
                foreach (var step in told) progress?.Report(step);
            }

            return [.. runs.Select(run => new TrainingJobResult(run.Name, run.Run.Result, run.Problem))];
        }
        finally
        {
            var finish = _thread.Run(() => runs.ToList().ForEach(run => Finish(run.Run)), CancellationToken.None);
            await finish.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // a disposed model has finished them already
        }
    }

    private static TOut[] EachOf<TIn, TOut>(IReadOnlyList<TIn> jobs, Func<TIn, string> nameOf, Func<TIn, TOut> make)
    {
        var (made, problems, names) = (new List<TOut>(), new List<Exception>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var job in jobs)
        {
            var name = nameOf(job);
            try
            {
                if (!names.Add(name)) throw new ArgumentException("another job has this name. Give each its own.");
                made.Add(make(job));
            }
            catch (Exception problem) when (problem is not (OperationCanceledException or ObjectDisposedException))
            {
                problems.Add(new ArgumentException($"job '{name}': {problem.Message}", problem));
            }
        }

        if (problems.Count == 0) return [.. made];

        foreach (var thing in made.OfType<IDisposable>()) thing.Dispose();
        throw new ArgumentException(
            $"{problems.Count} of {jobs.Count} jobs cannot begin, so none does:\n  {string.Join("\n  ", problems.Select(p => p.Message))}",
            nameof(jobs), new AggregateException(problems));
    }

    private PreparedJob Prepare(TrainingJob job)
    {
        AdapterName.Check(job.Name);
        var data = job.Data();
        var task = TrainingTask.Of(data, _model);
        var rows = task.Rows(data, this, job.Options, judges: false);
        var validation = job.Options.Validation is { } judges ? task.Rows(judges, this, job.Options, judges: true) : null;
        return new(job, rows, validation, job.Options.Objective ?? task.Objective);
    }

    private BegunJob Begin(PreparedJob job)
    {
        var (name, method, options) = (job.Job.Name, job.Job.Method, job.Job.Options);
        var adapter = method is null ? _adapters[name] : Start(method, options.Seed);
        try
        {
            return new(name, adapter, method is not null, new(adapter, job.Rows, job.Validation, options, job.Objective));
        }
        catch
        {
            if (method is not null) adapter.Dispose();
            throw;
        }
    }

    private NamedRun[] Begin(IReadOnlyList<PreparedJob> jobs)
    {
        var begun = EachOf(jobs, job => job.Job.Name, Begin);
        foreach (var job in begun)
        {
            _runs.Add(job.Run);
            if (job.IsNew) _adapters.Set(job.Name, job.Adapter);
        }

        return [.. begun.Select(job => new NamedRun(job.Name, job.Run))];
    }

    private IReadOnlyList<JobProgress> Step(IReadOnlyList<NamedRun> runs, CancellationToken cancellationToken)
    {
        foreach (var run in runs.Where(run => !_adapters.Contains(run.Name) || _adapters[run.Name] != run.Adapter))
        {
            run.Fail(new InvalidOperationException(
                $"Adapter '{run.Name}' was replaced while it was trained. Train the new one, or take another name."));
        }

        var joint = runs.Where(run => run.Problem is null && JointStep.Serves(_adapters, run)).ToArray();
        if (joint.Length > 0) Told(joint, () => new JointStep(_adapters, joint).Do(cancellationToken));
        foreach (var run in runs.Where(run => run.Problem is null).Except(joint))
        {
            Told([run], () => run.Next(_adapters, cancellationToken));
        }

        return [.. runs.Where(run => run.Step is not null).Select(run => new JobProgress(run.Name, run.Step!))];
    }

    private void Told(IReadOnlyList<NamedRun> runs, Action step)
    {
        var told = runs.Select(run => Telemetry.Training(Source, run.Name)).ToArray();
        step();
        foreach (var (run, span) in runs.Zip(told))
        {
            if (run.Step is { } done) span.Ended(done);
            span.Dispose();
        }
    }

    private sealed record PreparedJob(TrainingJob Job, ITrainingRows Rows, ITrainingRows? Validation, Objective Objective);

    private sealed record BegunJob(string Name, Adapter Adapter, bool IsNew, TrainingRun Run) : IDisposable
    {
        public void Dispose()
        {
            Run.Dispose();
            if (IsNew) Adapter.Dispose();
        }
    }
}
