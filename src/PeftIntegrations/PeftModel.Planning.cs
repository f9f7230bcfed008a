namespace PeftIntegrations;

public sealed partial class PeftModel
{
    /// <summary>Says what a training will need of memory, and what to change where that is too much. Nothing is trained.</summary>
    /// <param name="method">The method that would be trained.</param>
    /// <param name="options">How; rows are taken to be as long as they may be.</param>
    /// <param name="memoryLimit">Most bytes that the process may hold at a time; null for any number.</param>
    /// <param name="cancellationToken">Looked at before the work begins.</param>
    /// <returns>
    /// The peak, and options that keep to the limit: the same rows a step, in smaller batches, and with layers run again where need be.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// A row is longer than the model reads, or nothing fits the limit; the message says the smallest that would.
    /// </exception>
    public Task<TrainingPlan> PlanAsync(
        PeftMethod method, TrainingOptions? options = null, long? memoryLimit = null, CancellationToken cancellationToken = default) =>
        _thread.Run(
            () =>
            {
                options ??= new();
                using var adapter = Start(method, options.Seed);
                return TrainingPlan.For(adapter, options, memoryLimit);
            },
            cancellationToken);
}
