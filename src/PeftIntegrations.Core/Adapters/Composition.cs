using System.Diagnostics.CodeAnalysis;

namespace PeftIntegrations.Core;

/// <summary>Which adapters act on the model, and how: one, several on top of each other, or several side by side.</summary>
public sealed record Composition
{
    private Composition(params IReadOnlyList<IReadOnlyList<(string Name, double Weight)>> levels) => Levels = levels;

    /// <summary>The model alone.</summary>
    public static Composition None { get; } = new();

    /// <summary>Names and weights by level, innermost first; the shares of one level see the same input.</summary>
    internal IReadOnlyList<IReadOnlyList<(string Name, double Weight)>> Levels { get; }

    /// <summary>One adapter, by its name; null for none.</summary>
    [return: NotNullIfNotNull(nameof(name))]
    public static implicit operator Composition?(string? name) => name is null ? null : Of(name);

    /// <summary>The names in it.</summary>
    public IEnumerable<string> Names => Levels.SelectMany(level => level).Select(share => share.Name);

    /// <summary>One adapter.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="weight">1 is the adapter as trained, 0 the model alone.</param>
    public static Composition Of(string name, double weight = 1) => new([(name, Finite(weight))]);

    /// <summary>Adapters on top of each other, the first innermost. LoRAs so stacked add up.</summary>
    public static Composition Stack(params IReadOnlyList<(string Name, double Weight)> adapters) =>
        new([.. adapters.Select(adapter => (IReadOnlyList<(string, double)>)[(adapter.Name, Finite(adapter.Weight))])]);

    /// <summary>Adapters side by side: f₀ + Σ wᵢ·(fᵢ − f₀), with equal weights that sum to one.</summary>
    public static Composition Average(params IReadOnlyList<string> adapters) =>
        Blend([.. Guard.NotEmpty(adapters, "Name the adapters to average.").Select(name => (name, 1.0 / adapters.Count))]);

    /// <summary>Adapters side by side with weights of their own.</summary>
    public static Composition Blend(params IReadOnlyList<(string Name, double Weight)> adapters) =>
        new([.. Guard.NotEmpty(adapters, "Name the adapters to blend.").Select(adapter => (adapter.Name, Finite(adapter.Weight)))]);

    private static double Finite(double weight) => double.IsFinite(weight)
        ? weight
        : throw new ArgumentOutOfRangeException(nameof(weight), weight, "An adapter's weight must be finite; 1 is the adapter as trained.");

    /// <summary>Whether both name the same adapters with the same weights in the same places.</summary>
    public bool Equals(Composition? other) => ReferenceEquals(this, other) || (other is not null && Levels.Count == other.Levels.Count
        && Levels.Zip(other.Levels).All(pair => pair.First.SequenceEqual(pair.Second)));

    /// <inheritdoc/>
    public override int GetHashCode() => Levels.SelectMany(level => level).Aggregate(Levels.Count, HashCode.Combine);
}
