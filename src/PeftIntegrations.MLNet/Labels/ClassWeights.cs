namespace PeftIntegrations.MLNet;

/// <summary>Weights of classes by their names.</summary>
internal static class ClassWeights
{
    /// <summary>What is minimised with such weights; null without any.</summary>
    /// <exception cref="ArgumentException">A name is no class's; the message lists the classes.</exception>
    public static Objective? Of(IReadOnlyDictionary<string, double>? weights, IReadOnlyList<string> labels)
    {
        if (weights is null) return null;

        string[] unknown = [.. weights.Keys.Except(labels).Select(name => $"'{name}'")];
        return unknown.Length == 0
            ? new Classification { ClassWeights = [.. labels.Select(label => weights.GetValueOrDefault(label, 1))] }
            : throw new ArgumentException(
                $"ClassWeights names {string.Join(", ", unknown)}, and the classes are {string.Join(", ", labels.Take(20))}. Name these.");
    }
}
