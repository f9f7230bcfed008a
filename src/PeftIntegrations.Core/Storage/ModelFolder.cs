using System.Text.Json.Nodes;

namespace PeftIntegrations.Core;

/// <summary>A model on disk as a plain Hugging Face folder: <c>config.json</c> beside <c>model.safetensors</c>.</summary>
public static class ModelFolder
{
    /// <summary>Saves a model with all that is attached folded into its weights, so that it needs no adapter any more.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The folder; made if need be.</param>
    /// <exception cref="NotSupportedException">Something attached depends on its input and cannot be folded.</exception>
    /// <exception cref="IOException">The disk is full or the folder cannot be written. What was there is still there.</exception>
    public static void Save(PretrainedModel model, string folder)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var read = model.Weights.Values.Distinct().ToDictionary(weight => weight, weight => weight.Read());
        var tensors = model.Weights.ToDictionary(pair => pair.Key, pair => read[pair.Value]);
        var biased = new List<string>();
        foreach (var site in model.Sites.Where(site => site.Levels.Count > 0))
        {
            if (site is not AffineSite layer)
            {
                throw new NotSupportedException(
                $"What is attached to {site.Path} ({site.Role}) is no change of weights and cannot be folded into them.");
            }

            var (weight, bias) = layer.Folded();
            if (bias is not null && layer.BiasLength is null) biased.Add(layer.Path);
            tensors[$"{layer.Path}.weight"] = weight;
            if (bias is not null) tensors[$"{layer.Path}.bias"] = bias;
        }

        if (biased.Count > 0)
        {
            throw new NotSupportedException(
                $"This architecture has no bias at {string.Join(", ", biased)}, so no plain folder can. Keep the adapter attached.");
        }

        var (embedding, head) = ($"{model.Embeddings.Path}.weight", $"{model.Head.Output?.Path}.weight");
        var tied = model.HeadIsTied && ReferenceEquals(tensors[head], tensors[embedding]); // an adapted one is its own now
        if (tied) tensors.Remove(head);

        Directory.CreateDirectory(folder);
        var config = JsonFile.ToBytes(Config(model, tied));
        AtomicFile.Write(Path.Combine(folder, "config.json"), stream =>
        {
            stream.Write(config);
            stream.Flush(); // a full disk shows before the tensors are replaced
            SafeTensorsFile.Write(Path.Combine(folder, "model.safetensors"), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        });
    }

    private static JsonObject Config(PretrainedModel model, bool tied)
    {
        var config = model.Config.DeepClone().AsObject();
        config.Remove("torch_dtype"); // the old spelling of dtype
        config["dtype"] = model.DType switch
        {
            ScalarType.BFloat16 => "bfloat16",
            ScalarType.Float16 => "float16",
            ScalarType.Float64 => "float64",
            _ => "float32",
        };
        config["tie_word_embeddings"] = tied;
        return config;
    }
}
