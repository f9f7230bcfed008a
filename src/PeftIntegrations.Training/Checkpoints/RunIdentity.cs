using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace PeftIntegrations.Training;

/// <summary>What a run's checkpoints belong to: the model, the method, the data, and the options that change what is computed.</summary>
internal static class RunIdentity
{
    private const string Unset = "not set";
    private const long SampledNumbers = 4096; // of each weight: enough to know a model by, and read in no time

    /// <summary>The run's traits, each under the name that a message calls it by.</summary>
    /// <remarks>A trait that came later is only there where it is used, so that checkpoints of before still fit.</remarks>
    public static Dictionary<string, string> Of(Adapter adapter, Objective objective, TrainingOptions options, int steps)
    {
        var traits = Always(adapter, objective, options, steps);
        if (options.GroupByLength) traits[nameof(options.GroupByLength)] = "True";
        if (options.Packing is { } packing) traits[nameof(options.Packing)] = Json(packing);
        return traits;
    }

    private static Dictionary<string, string> Always(Adapter adapter, Objective objective, TrainingOptions options, int steps) => new()
    {
        ["model"] = Of(adapter.Model),
        ["method"] = Json(adapter.Method),
        ["objective"] = Json(objective),
        ["optimizer"] = Json(options.Optimizer),
        ["schedule"] = Json(options.Schedule),
        ["number of steps"] = $"{steps}",
        [nameof(options.BatchSize)] = $"{options.BatchSize}",
        [nameof(options.GradientAccumulation)] = $"{options.GradientAccumulation}",
        [nameof(options.LearningRate)] = JsonSerializer.Serialize(options.LearningRate),
        [nameof(options.WarmupSteps)] = $"{options.WarmupSteps}",
        [nameof(options.MaxGradientNorm)] = JsonSerializer.Serialize(options.MaxGradientNorm),
        [nameof(options.Shuffle)] = $"{options.Shuffle}",
        [nameof(options.Seed)] = $"{options.Seed}",
        [nameof(options.EvaluateEvery)] = JsonSerializer.Serialize(options.EvaluateEvery),
        [nameof(options.Patience)] = JsonSerializer.Serialize(options.Patience),
    };

    /// <summary>Examples, by their number and content; null for none.</summary>
    public static string Of(ITrainingRows? rows)
    {
        if (rows is null) return "none";

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var row = 0; row < rows.Count; row++)
        {
            int[] numbers = [.. rows.NumbersOf(row)];
            hash.AppendData(BitConverter.GetBytes(numbers.Length));
            hash.AppendData(MemoryMarshal.AsBytes(numbers.AsSpan()));
        }

        return $"{rows.Count} rows ({Convert.ToHexStringLower(hash.GetHashAndReset())[..16]})";
    }

    /// <summary>How another run differs, one line a trait.</summary>
    public static IEnumerable<string> Differences(IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> now) =>
        from name in saved.Keys.Union(now.Keys)
        let pair = (Was: saved.GetValueOrDefault(name, Unset), Is: now.GetValueOrDefault(name, Unset))
        where pair.Was != pair.Is
        select $"its {name} is {pair.Was}, and now it is {pair.Is}.";

    private static string Of(PretrainedModel model)
    {
        using var scope = NewDisposeScope();
        var samples = from weight in model.Weights
                      from part in weight.Value.Stored.Index()
                      let flat = part.Item.reshape(-1)
                      let name = $"{weight.Key} [{string.Join(", ", part.Item.shape)}] {part.Index}"
                      select KeyValuePair.Create(name, flat.narrow(0, 0, Math.Min(SampledNumbers, flat.numel())));
        var shape = model.Shape;
        var kind = $"{model.Config["model_type"]}, {model.Head.TaskType}";
        var sizes = $"{shape.Layers} layers, {shape.Hidden} wide, vocabulary {shape.Vocabulary}";
        return $"{kind}, {sizes} ({TensorDigest.Of(samples)[..16]})";
    }

    private static string Json(object part) => $"{part.GetType().Name} {JsonSerializer.Serialize(part, part.GetType())}";
}
