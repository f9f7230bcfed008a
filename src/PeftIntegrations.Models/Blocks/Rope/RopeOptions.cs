using System.Text.Json.Nodes;

namespace PeftIntegrations.Models;

/// <summary>What a configuration says of rotary positions.</summary>
/// <param name="Type">The kind of scaling: default, linear, dynamic, yarn, llama3, …</param>
/// <param name="Theta">Base of the frequencies.</param>
/// <param name="Dim">Numbers of a head that are rotated.</param>
/// <param name="MaxPositions">Longest sequence of the configuration.</param>
/// <param name="Settings">The kind's own settings.</param>
internal sealed record RopeOptions(string Type, double Theta, long Dim, int MaxPositions, JsonObject Settings)
{
    private const long MaxDim = 1 << 16;

    /// <summary>Reads the new spelling (<c>rope_parameters</c>) and the old (<c>rope_scaling</c> beside <c>rope_theta</c>).</summary>
    /// <exception cref="InvalidDataException">The heads cannot be rotated.</exception>
    public static RopeOptions Read(JsonObject? settings, double? theta, long headDim, int maxPositions)
    {
        settings ??= [];
        var type = settings["rope_type"]?.ToString() ?? settings["type"]?.ToString() ?? "default";
        var part = settings["partial_rotary_factor"]?.GetValue<double>() ?? 1;
        var dim = (long)(headDim * part);
        return dim % 2 == 0 && dim <= MaxDim
            ? new(type, settings["rope_theta"]?.GetValue<double>() ?? theta ?? 10_000, dim, maxPositions, settings)
            : throw new InvalidDataException(
                $"Rotary positions turn pairs of numbers: {dim} numbers of a head (head_dim) must be an even number of at most {MaxDim}.");
    }

    /// <summary>Positions the model was pretrained on, before scaling.</summary>
    public int OriginalMaxPositions => (int)(Find("original_max_position_embeddings") ?? MaxPositions);

    /// <summary>A number that may be absent.</summary>
    public double? Find(string name) => Settings[name]?.GetValue<double>();

    /// <summary>A number that this kind needs.</summary>
    /// <exception cref="InvalidDataException">It is absent.</exception>
    public double Get(string name) =>
        Find(name) ?? throw new InvalidDataException($"Rotary positions of type {Type} need '{name}' in the configuration.");

    /// <summary>θ^(−2i/dim) for i = 0 … dim/2 − 1.</summary>
    public double[] Plain(double? theta = null) =>
        [.. Enumerable.Range(0, (int)(Dim / 2)).Select(i => Math.Pow(theta ?? Theta, -2.0 * i / Dim))];
}
