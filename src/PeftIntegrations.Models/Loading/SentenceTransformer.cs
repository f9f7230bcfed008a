using System.Text.Json.Nodes;

namespace PeftIntegrations.Models;

/// <summary>How a sentence-transformers folder says that texts become vectors: <c>modules.json</c> lists the steps.</summary>
internal static class SentenceTransformer
{
    private const string Modules = "modules.json";

    private static readonly (string Field, Pooling Pooling)[] Modes =
    [
        ("pooling_mode_mean_tokens", Pooling.Mean), ("pooling_mode_cls_token", Pooling.FirstToken),
        ("pooling_mode_lasttoken", Pooling.LastToken), ("pooling_mode_max_tokens", Pooling.Max),
    ];

    /// <summary>The head that the folder describes, or null where it is no such folder.</summary>
    /// <exception cref="InvalidDataException">The steps are not those of a known kind.</exception>
    public static EmbeddingHead? Read(string folder)
    {
        var file = Path.Combine(folder, Modules);
        if (!File.Exists(file)) return null;

        var steps = JsonFile.ReadArray(file).OfType<JsonObject>()
            .Select(step => (Type: step["type"]?.ToString().Split('.')[^1], Path: step["path"]?.ToString() ?? "")).ToArray();
        var unknown = steps.Where(step => step.Type is not ("Transformer" or "Pooling" or "Normalize")).Select(step => step.Type).ToArray();
        if (unknown.Length > 0)
        {
            throw new InvalidDataException(
            $"{file} has steps that are not known: {string.Join(", ", unknown)}. Known: Transformer, Pooling, Normalize.");
        }

        var pooling = steps.FirstOrDefault(step => step.Type == "Pooling");
        return new(pooling.Type is null ? Pooling.Mean
            : ReadMode(folder, pooling.Path), normalised: steps.Any(step => step.Type == "Normalize"));
    }

    private static Pooling ReadMode(string folder, string path)
    {
        if (Path.GetFileName(path) != path)
        {
            throw new InvalidDataException(
            $"{folder}/{Modules} names the folder '{path}', which is not in its own folder.");
        }

        var file = Path.Combine(folder, path, "config.json");
        var config = JsonFile.Read(file);
        var chosen = Modes.Where(mode => config[mode.Field]?.GetValue<bool>() == true).ToArray();
        return chosen.Length == 1 ? chosen[0].Pooling : throw new InvalidDataException(
            $"{file} chooses {chosen.Length} of the poolings {string.Join(", ", Modes.Select(mode => mode.Field))}; exactly one is " +
                $"supported.");
    }
}
