namespace PeftIntegrations.Models;

/// <summary>A way to stretch rotary positions over longer texts. Registered by the name configurations use.</summary>
internal abstract class RopeType(RopeOptions options)
{
    private static readonly Registry<RopeType> Types = new(typeof(RopeType).Assembly);

    /// <summary>The configuration's settings.</summary>
    protected RopeOptions Options { get; } = options;

    /// <summary>Factor on cosines and sines.</summary>
    public virtual double AttentionScale => 1;

    /// <summary>Whether the frequencies change with the length of the text.</summary>
    public virtual bool DependsOnLength => false;

    /// <summary>Angle of a rotation for one position, [dim/2].</summary>
    /// <param name="length">Tokens of the text so far; 0 where it does not matter.</param>
    public abstract double[] InverseFrequencies(int length);

    /// <summary>Tokens of the longest text: the configuration's, or any number where the frequencies follow the length.</summary>
    public static int LongestText(RopeOptions options) => Create(options).DependsOnLength ? int.MaxValue : options.MaxPositions;

    /// <summary>The type that the configuration names.</summary>
    /// <exception cref="InvalidDataException">It is not known.</exception>
    public static RopeType Create(RopeOptions options) => Types.Types.ContainsKey(options.Type)
        ? Types.Create(options.Type, options)
        : throw new InvalidDataException($"rope_type is '{options.Type}'. Known types: {string.Join(", ", Types.Names)}.");
}
