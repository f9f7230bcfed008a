using System.Text.RegularExpressions;

namespace PeftIntegrations.Core;

/// <summary>An adapter on disk, in Hugging Face's layout: <c>adapter_config.json</c> beside <c>adapter_model.safetensors</c>.</summary>
public static class AdapterFolder
{
    /// <summary>The file of the method.</summary>
    public const string ConfigFile = "adapter_config.json";

    /// <summary>The file of the tensors.</summary>
    public const string TensorFile = "adapter_model.safetensors";

    /// <summary>Loads an adapter for a model; it is not attached yet.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The model it was made for.</param>
    /// <param name="methods">The known methods.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is damaged or does not fit the model; the message names every wrong tensor with both shapes.
    /// </exception>
    /// <exception cref="NotSupportedException">The adapter uses a variant that is not known.</exception>
    public static Adapter Load(string folder, PretrainedModel model, Registry<PeftMethod> methods)
    {
        var method = ReadMethod(folder, methods);
        using var file = SafeTensorsFile.Open(Existing(folder, TensorFile));
        Adapter adapter;
        try
        {
            adapter = new Adapter(model, method);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            throw new InvalidDataException($"{folder} does not fit this model: {e.Message}", e);
        }

        try
        {
            Fill(adapter, file);
            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    /// <summary>Reads only the method of an adapter.</summary>
    /// <inheritdoc cref="Load"/>
    public static PeftMethod ReadMethod(string folder, Registry<PeftMethod> methods)
    {
        var path = Existing(folder, ConfigFile);
        return MethodFile.Read(JsonFile.Read(path), methods, path);
    }

    /// <summary>Saves an adapter where huggingface/peft loads it. Either both files are replaced, or none.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <param name="folder">The folder; made if need be.</param>
    /// <param name="baseModel">What <c>base_model_name_or_path</c> shall say; null to leave it as it was read.</param>
    /// <exception cref="IOException">The disk is full or the folder cannot be written. What was there is still there.</exception>
    public static void Save(Adapter adapter, string folder, string? baseModel = null)
    {
        using var scope = NewDisposeScope();
        var tensors = adapter.Stored.ToDictionary(pair => pair.Key, pair => pair.Value.detach());
        foreach (var (key, site) in AdaptedEmbeddings(adapter)) tensors.TryAdd(key, site.Read().Weight);

        Directory.CreateDirectory(folder);
        var config = JsonFile.ToBytes(MethodFile.Write(adapter, baseModel));
        AtomicFile.Write(Path.Combine(folder, ConfigFile), stream =>
        {
            stream.Write(config);
            stream.Flush(); // a full disk shows before the tensors are replaced
            SafeTensorsFile.Write(Path.Combine(folder, TensorFile), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        });
    }

    private static string Existing(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (File.Exists(path)) return path;

        var pickle = Path.Combine(folder, "adapter_model.bin");
        throw name == TensorFile && File.Exists(pickle)
            ? new InvalidDataException($"{pickle} is a pickle, which can run code when read, so it is refused. In Python, " +
                $"PeftModel.from_pretrained(...).save_pretrained(folder) writes {TensorFile}.")
            : new FileNotFoundException($"{folder} has no {name}, so it is not an adapter's folder.", path);
    }

    private static void Fill(Adapter adapter, SafeTensorsFile file)
    {
        var problems = new List<string>();
        var embeddings = AdaptedEmbeddings(adapter).ToDictionary(pair => pair.Key, pair => pair.Site);
        var missing = adapter.Stored.Keys.ToHashSet(StringComparer.Ordinal);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (written, entry) in file.Tensors.Where(tensor => !AdapterKeys.IsFrozenTwin(tensor.Key)))
        {
            var key = AdapterKeys.Normalise(written, name => adapter.Tensors.ContainsKey(name) || embeddings.ContainsKey(name));
            if (embeddings.TryGetValue(key, out var site))
            {
                if (!SameWeight(file.Read(written), site)) problems.Add($"{written} {OfAnotherModel(site)}");
                continue;
            }

            var isFirst = missing.Remove(key) || AdapterKeys.IsWrapped(written);
            if (Misfit(entry.Shape, adapter.Tensors.GetValueOrDefault(key), isFirst) is { } misfit) problems.Add($"{written} {misfit}");
            else adapter.Tensors[key].copy_(file.Read(written));
        }

        problems.AddRange(missing.Order(StringComparer.Ordinal)
            .Select(key => $"{key} [{string.Join(", ", adapter.Tensors[key].shape)}] is missing."));
        if (problems.Count > 0) throw new InvalidDataException($"{file.Path} does not fit this model:\n  {string.Join("\n  ", problems)}");
    }

    private static string OfAnotherModel(AffineSite site) =>
        $"differs from the model's own {site.Path}.weight: the adapter was made for another base model.";

    /// <summary>Why a stored tensor cannot fill the adapter's own; null where it can.</summary>
    private static string? Misfit(IReadOnlyList<long> stored, Tensor? own, bool isFirst) =>
        own is null ? $"[{string.Join(", ", stored)}] has no place in this model."
        : !isFirst ? "is there twice, under two spellings."
        : stored.SequenceEqual(own.shape) ? null
        : $"is [{string.Join(", ", stored)}]; this model needs [{string.Join(", ", own.shape)}].";

    /// <summary>The layers whose frozen weight peft repeats in the adapter's file: adapted embeddings and heads.</summary>
    private static IEnumerable<(string Key, AffineSite Site)> AdaptedEmbeddings(Adapter adapter) =>
        from part in adapter.Parts
        let site = part.Site as AffineSite
        where site is { Role: Role.Embedding or Role.Head }
            && part.Patches.Any(patch => patch is not (TokenRows or AffinePatch { OwnsWeight: true }))
        select ($"base_model.model.{site.Path}.base_layer.weight", site);

    private static bool SameWeight(Tensor stored, AffineSite site)
    {
        var own = site.Read().Weight;
        // a half-precision copy is the same weight
        return stored.shape.AsSpan().SequenceEqual(own.shape) && stored.to(own.dtype).to(own.device).allclose(own, rtol: 1e-2, atol: 1e-3);
    }
}
