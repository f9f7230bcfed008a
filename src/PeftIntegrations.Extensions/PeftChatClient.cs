using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace PeftIntegrations.Extensions;

/// <summary>
/// Chats with a model through one of its adapters. Any number of clients share a model, and may be asked from any thread: requests wait
/// in the model's queue and are served in order. The client borrows the model; its owner disposes of it.
/// </summary>
/// <remarks>
/// Honoured: messages with text, calls of functions and their results; Instructions, MaxOutputTokens, Temperature, TopP, TopK, Seed,
/// FrequencyPenalty, PresencePenalty, StopSequences, Tools, ToolMode, AllowMultipleToolCalls, ResponseFormat, ModelId,
/// RawRepresentationFactory (a <see cref="GenerationOptions"/>, whose values go before the others), and the property <c>peft_adapter</c>.
/// Ignored: Reasoning, AllowBackgroundResponses, other properties.
/// </remarks>
public sealed class PeftChatClient : IChatClient
{
    private readonly IModelSource _source;
    private readonly AdapterChoice _choice;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Makes a client.</summary>
    /// <param name="model">The model, which has a chat template.</param>
    /// <param name="adapter">The adapter that answers where a request names none; null for the model alone.</param>
    /// <param name="modelId">What the model without an adapter is called; null for the name of its folder or file.</param>
    public PeftChatClient(PeftModel model, string? adapter = null, string? modelId = null)
        : this(new GivenModel(model), AdapterChoice.Of(model.Source, adapter, modelId))
    {
    }

    internal PeftChatClient(IModelSource source, AdapterChoice choice)
    {
        (_source, _choice) = (source, choice);
        _metadata = new(Provider.Name, defaultModelId: choice.ClientId);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The request contradicts itself, or names an adapter that is not there.</exception>
    /// <exception cref="NotSupportedException">JSON is required, and tools may be called too.</exception>
    /// <exception cref="RequestQueueFullException">Too many requests wait.</exception>
    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc/>
    /// <inheritdoc cref="GetResponseAsync" path="/exception"/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var model = await _source.GetAsync(cancellationToken).ConfigureAwait(false);
        var request = ChatRequest.Of(model, messages, options?.Clone() ?? new(), _choice, this);
        var answerer = _choice.NameOf(request.Options.Adapter);
        Activity.Current?.SetTag("peft.adapter.name", answerer);
        var reply = new ChatReply(request, answerer);
        await foreach (var part in model.StreamAsync(request.Prompt, request.Options, cancellationToken).ConfigureAwait(false))
        {
            foreach (var update in reply.Take(part)) yield return update;
            if (reply.IsOver) yield break;
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : Provider.Service(_source.Loaded, serviceType);
    }

    /// <summary>Does nothing: the model belongs to whoever loaded it.</summary>
    public void Dispose()
    {
    }
}
