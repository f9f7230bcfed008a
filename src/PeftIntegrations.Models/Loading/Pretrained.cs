namespace PeftIntegrations.Models;

/// <summary>Loads pretrained models from Hugging Face folders and GGUF files.</summary>
public static class Pretrained
{
    /// <summary>The architectures of this assembly; further assemblies add theirs.</summary>
    public static Registry<PretrainedModel> Architectures { get; } = new(typeof(Llama).Assembly);

    /// <summary>Loads a model.</summary>
    /// <param name="path">A folder with <c>config.json</c> and safetensors, or a <c>.gguf</c> file.</param>
    /// <param name="options">Type, device, head.</param>
    /// <param name="architectures">The known architectures; null for <see cref="Architectures"/>.</param>
    /// <returns>The model, and the names of tensors in the files that it did not use.</returns>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="path"/>.</exception>
    /// <exception cref="InvalidDataException">
    /// The files are damaged, of an unknown architecture, or do not fit their configuration.
    /// </exception>
    public static (PretrainedModel Model, IReadOnlyList<string> Unused) Load(
        string path, LoadOptions? options = null, Registry<PretrainedModel>? architectures = null)
    {
        TorchRuntime.Load();
        using var checkpoint = Checkpoint.Open(path);
        return Load(checkpoint, options ?? new(), architectures ?? Architectures);
    }

    /// <summary>Builds a model from an open checkpoint.</summary>
    /// <inheritdoc cref="Load(string, LoadOptions?, Registry{PretrainedModel}?)"/>
    public static (PretrainedModel Model, IReadOnlyList<string> Unused) Load(
        Checkpoint checkpoint, LoadOptions options, Registry<PretrainedModel> architectures)
    {
        var device = Devices.Find(options.Device, options.FallbackToCpu);
        var builder = new ModelBuilder(checkpoint, options.DType ?? Devices.FastType(device), device)
        {
            Head = options.Head ?? (options.Labels is null ? null : HeadKind.Classification),
            Store = options.Store,
            Labels = options.Labels,
            Embedding = SentenceTransformer.Read(checkpoint.Source),
            Pooling = options.Pooling,
            Normalised = options.Normalised,
        };
        var name = checkpoint.Config["model_type"]?.ToString() ?? throw new InvalidDataException(
            $"The configuration of {checkpoint.Source} names no model_type. Known: {string.Join(", ", architectures.Names)}.");
        if (!architectures.Types.ContainsKey(name))
        {
            throw new InvalidDataException(
                $"{checkpoint.Source} is of model_type '{name}', which is not known. Known: {string.Join(", ", architectures.Names)}.");
        }

        try
        {
            var model = architectures.Create(name, builder);
            return (model, builder.Finish());
        }
        catch (Exception e)
        {
            builder.Abandon();
            var ofConfiguration = e is InvalidDataException or InvalidOperationException or FormatException;
            if (!ofConfiguration || e.Message.Contains(checkpoint.Source, StringComparison.Ordinal)) throw;
            throw new InvalidDataException($"The configuration of {checkpoint.Source} has a value that cannot be used: {e.Message}", e);
        }
    }
}
