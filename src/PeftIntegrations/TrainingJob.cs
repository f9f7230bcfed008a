namespace PeftIntegrations;

/// <summary>One of several trainings that are done at once.</summary>
/// <param name="Name">What to call the adapter. One that has the name already is replaced.</param>
/// <param name="Method">The method; null to go on with the adapter of this name.</param>
/// <param name="Data">What to learn, read when the jobs begin: <c>() =&gt; Texts.FromFile("a.jsonl")</c>.</param>
public sealed record TrainingJob(string Name, PeftMethod? Method, Func<IExamples> Data)
{
    /// <summary>One of several trainings that are done at once.</summary>
    public TrainingJob(string name, PeftMethod? method, IExamples data) : this(name, method, () => data)
    {
    }

    /// <summary>How.</summary>
    public TrainingOptions Options { get; init; } = new();
}
