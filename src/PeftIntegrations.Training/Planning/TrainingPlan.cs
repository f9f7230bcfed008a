namespace PeftIntegrations.Training;

/// <summary>What a training will need of memory, before it starts.</summary>
/// <param name="Options">The options to train with: those asked for, or what of them fits the limit.</param>
/// <param name="Parts">What lies in memory at the peak, in bytes, the largest first.</param>
public sealed record TrainingPlan(TrainingOptions Options, IReadOnlyList<(string Part, long Bytes)> Parts)
{
    /// <summary>The most memory that the process will hold at a time, in bytes.</summary>
    public long PeakBytes => Parts.Sum(part => part.Bytes);

    /// <summary>The plan of an adapter's training, with as many rows a step as asked for, and as few changes as make it fit.</summary>
    /// <param name="adapter">What would be trained.</param>
    /// <param name="options">How.</param>
    /// <param name="memoryLimit">Most bytes that the process may hold; null for any number.</param>
    /// <exception cref="ArgumentException">
    /// A row is longer than the model reads, or nothing fits; the message says the smallest limit that would.
    /// </exception>
    public static TrainingPlan For(Adapter adapter, TrainingOptions options, long? memoryLimit = null)
    {
        var memory = new StepMemory(adapter, options);
        TrainingPlan? smallest = null;
        foreach (var choice in Choices(options, adapter.Model.Shape.Layers))
        {
            var plan = new TrainingPlan(choice, memory.Parts(choice.BatchSize, choice.GradientCheckpointing));
            if (memoryLimit is not { } limit || plan.PeakBytes <= limit) return plan;
            if (smallest is null || plan.PeakBytes < smallest.PeakBytes) smallest = plan;
        }

        throw new ArgumentException(
            $"The limit is {MiB(memoryLimit!.Value)} MiB, and the least that this training needs is {MiB(smallest!.PeakBytes)} MiB, with "
            + $"{nameof(options.BatchSize)} = {smallest.Options.BatchSize} and {smallest.Options.GradientCheckpointing}: {smallest}. "
            + $"Raise the limit to that, or lower {nameof(options.MaxLength)}.", nameof(memoryLimit));
    }

    /// <summary>The parts, in MiB.</summary>
    public override string ToString() => string.Join(", ", Parts.Select(part => $"{part.Part} {MiB(part.Bytes)} MiB"));

    // The fastest first: smaller batches cost little as long as a batch has some hundred tokens, layers that are run again cost a third.
    private static IEnumerable<TrainingOptions> Choices(TrainingOptions options, int layers)
    {
        yield return options;
        var rows = options.BatchSize * options.GradientAccumulation;
        for (var batch = options.BatchSize - 1; batch >= 1; batch--)
        {
            if (rows % batch == 0) yield return options with { BatchSize = batch, GradientAccumulation = rows / batch };
        }

        var single = options with { BatchSize = 1, GradientAccumulation = rows };
        for (var again = 1; again < layers; again++)
        {
            yield return single with { GradientCheckpointing = GradientCheckpointing.FirstLayers(again) };
        }

        yield return single with { GradientCheckpointing = GradientCheckpointing.EveryLayer };
    }

    private static long MiB(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
