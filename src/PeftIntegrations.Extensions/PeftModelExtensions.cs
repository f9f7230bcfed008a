using PeftIntegrations;
using PeftIntegrations.Extensions;

namespace Microsoft.Extensions.AI;

/// <summary>A model as the interfaces of Microsoft.Extensions.AI.</summary>
public static class PeftModelExtensions
{
    /// <summary>A client that chats with the model.</summary>
    /// <param name="model">The model; it stays its owner's.</param>
    /// <param name="adapter">The adapter that answers where a request names none; null for the model alone.</param>
    public static IChatClient AsIChatClient(this PeftModel model, string? adapter = null) => new PeftChatClient(model, adapter);

    /// <summary>A generator that makes vectors with the model.</summary>
    /// <inheritdoc cref="AsIChatClient"/>
    public static IEmbeddingGenerator<string, Embedding<float>> AsIEmbeddingGenerator(this PeftModel model, string? adapter = null) =>
        new PeftEmbeddingGenerator(model, adapter);
}
