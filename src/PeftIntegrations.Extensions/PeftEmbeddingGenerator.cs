namespace PeftIntegrations.Extensions;

/// <summary>
/// Makes vectors with a model through one of its adapters. Any number of generators share a model, and may be asked from any thread. The
/// generator borrows the model; its owner disposes of it.
/// </summary>
/// <remarks>Honoured: ModelId and the property <c>peft_adapter</c>; Dimensions must be the model's own.</remarks>
public sealed class PeftEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly IModelSource _source;
    private readonly AdapterChoice _choice;

    /// <summary>Makes a generator.</summary>
    /// <param name="model">The model, loaded with <see cref="Models.HeadKind.Embedding"/>.</param>
    /// <param name="adapter">The adapter that acts where a request names none; null for the model alone.</param>
    /// <param name="modelId">What the model without an adapter is called; null for the name of its folder or file.</param>
    public PeftEmbeddingGenerator(PeftModel model, string? adapter = null, string? modelId = null)
        : this(new GivenModel(model), AdapterChoice.Of(model.Source, adapter, modelId))
    {
    }

    internal PeftEmbeddingGenerator(IModelSource source, AdapterChoice choice) => (_source, _choice) = (source, choice);

    /// <summary>One vector for each text; the usage counts the tokens of the texts, those that a long one loses included.</summary>
    /// <exception cref="ArgumentException">Texts are too long, an adapter is not there, or other dimensions are asked for.</exception>
    /// <exception cref="InvalidOperationException">The model has another head.</exception>
    /// <exception cref="RequestQueueFullException">Too many requests wait.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] texts = [.. values];
        var model = await _source.GetAsync(cancellationToken).ConfigureAwait(false);
        if (options?.Dimensions is { } dimensions && dimensions != model.Shape.Hidden)
        {
            throw new ArgumentException(
                $"{dimensions} dimensions are asked for, and this model's vectors have {model.Shape.Hidden}. Leave Dimensions out.",
                nameof(options));
        }

        var adapter = _choice.Choose(null, options?.AdditionalProperties, options?.ModelId);
        var vectors = texts.Length == 0 ? [] : await model.EmbedAsync(texts, adapter, null, cancellationToken).ConfigureAwait(false);
        var tokens = texts.Sum(text => (long)model.Tokenizer.Encode(text).Ids.Count);
        var (name, now) = (_choice.NameOf(adapter), DateTimeOffset.UtcNow);
        return new(vectors.Select(vector => new Embedding<float>(vector) { ModelId = name, CreatedAt = now }))
        {
            Usage = new() { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata(
                Provider.Name, defaultModelId: _choice.ClientId, defaultModelDimensions: (int?)_source.Loaded?.Shape.Hidden)
            : serviceType.IsInstanceOfType(this) ? this
            : Provider.Service(_source.Loaded, serviceType);
    }

    /// <summary>Does nothing: the model belongs to whoever loaded it.</summary>
    public void Dispose()
    {
    }
}
