namespace PeftIntegrations.Training;

/// <summary>A run on an adapter of a stack, and where it stands.</summary>
/// <param name="name">The adapter's name there.</param>
/// <param name="run">The run.</param>
public sealed class NamedRun(string name, TrainingRun run)
{
    /// <summary>The adapter's name.</summary>
    public string Name => name;

    /// <summary>The adapter.</summary>
    public Adapter Adapter => run.Adapter;

    /// <summary>The run.</summary>
    public TrainingRun Run => run;

    /// <summary>What the last step came to; null where it failed.</summary>
    public TrainingProgress? Step { get; private set; }

    /// <summary>Why the run cannot go on; null where it can.</summary>
    public Exception? Problem { get; private set; }

    /// <summary>Whether no step is left, or none can be done.</summary>
    public bool IsOver => Problem is not null || run.IsDone;

    /// <summary>Ends it with an error.</summary>
    public void Fail(Exception problem) => (Step, Problem) = (null, problem);

    /// <summary>Does the next step apart from other runs.</summary>
    /// <exception cref="OperationCanceledException">Asked for; the adapter is as after the step before.</exception>
    public void Next(AdapterStack adapters, CancellationToken cancellationToken = default) => Try(() =>
    {
        adapters.Activate(Composition.Of(name));
        Step = run.Next(cancellationToken);
    });

    /// <summary>Does a part of a step; where it fails, the run ends.</summary>
    internal void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            Fail(problem);
        }
    }

    internal void Did(TrainingProgress? step) => Step = step;
}
