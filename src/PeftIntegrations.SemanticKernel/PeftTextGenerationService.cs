using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel.Services;
using Microsoft.SemanticKernel.TextGeneration;
using TextContent = Microsoft.SemanticKernel.TextContent;

namespace PeftIntegrations.SemanticKernel;

/// <summary>
/// Continues a prompt as it stands, without a chat template, by a model and one of its adapters: the one that the settings name, else the
/// one of their model id (<c>base</c>, <c>base:adapter</c>, or the adapter's name), else the service's. One that is not there is an error.
/// </summary>
public sealed class PeftTextGenerationService : ITextGenerationService
{
    private readonly IModelSource _source;
    private readonly AdapterChoice _choice;

    /// <summary>Serves a model that somebody else disposes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="adapter">The adapter of prompts that name none; null for the base model. It may be loaded later.</param>
    /// <param name="modelId">What the model without an adapter is called; null for the name of its folder or file.</param>
    public PeftTextGenerationService(PeftModel model, string? adapter = null, string? modelId = null)
        : this(new GivenModel(model), AdapterChoice.Of(model.Source, adapter, modelId))
    {
    }

    internal PeftTextGenerationService(IModelSource source, AdapterChoice choice)
    {
        (_source, _choice) = (source, choice);
        Attributes = new Dictionary<string, object?> { [AIServiceExtensions.ModelIdKey] = choice.ClientId };
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, object?> Attributes { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A setting is of another type or out of its range, or the adapter is not there.</exception>
    public async Task<IReadOnlyList<TextContent>> GetTextContentsAsync(
        string prompt, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null,
        CancellationToken cancellationToken = default)
    {
        var options = OptionsOf(executionSettings);
        var model = await _source.GetAsync(cancellationToken).ConfigureAwait(false);
        var texts = await model.CompleteAsync([prompt], options, cancellationToken).ConfigureAwait(false);
        var answerer = _choice.NameOf(options.Adapter);
        return [.. texts.Select(text => new TextContent(text.Text, answerer, text, metadata: MetadataOf(text)))];
    }

    /// <inheritdoc/>
    /// <inheritdoc cref="GetTextContentsAsync" path="/exception"/>
    public async IAsyncEnumerable<StreamingTextContent> GetStreamingTextContentsAsync(
        string prompt, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var options = OptionsOf(executionSettings);
        var model = await _source.GetAsync(cancellationToken).ConfigureAwait(false);
        var (start, answerer) = (model.Tokenizer.Encode(prompt).Ids, _choice.NameOf(options.Adapter));
        await foreach (var part in model.StreamAsync(start, options, cancellationToken).ConfigureAwait(false))
        {
            yield return new(part.Text, 0, answerer, part.Whole, metadata: part.Whole is { } whole ? MetadataOf(whole) : null);
        }
    }

    private static Dictionary<string, object?> MetadataOf(GeneratedText text) => new()
    {
        ["Usage"] = new UsageDetails
        {
            InputTokenCount = text.PromptTokens,
            OutputTokenCount = text.Tokens.Count,
            TotalTokenCount = text.PromptTokens + text.Tokens.Count,
        },
        ["FinishReason"] = text.Reason,
    };

    private GenerationOptions OptionsOf(PromptExecutionSettings? given)
    {
        var settings = PeftPromptExecutionSettings.FromExecutionSettings(given);
        var options = settings.ToGenerationOptions();
        return options with { Adapter = _choice.Choose(options.Adapter, properties: null, settings.ModelId) };
    }
}
