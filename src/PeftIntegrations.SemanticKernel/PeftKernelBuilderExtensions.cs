using Microsoft.Extensions.DependencyInjection;
using PeftIntegrations;

namespace Microsoft.SemanticKernel;

/// <summary>Gives a kernel models with adapters.</summary>
public static class PeftKernelBuilderExtensions
{
    /// <summary>Answers chats, in the format of the model's chat template, and calls the kernel's functions.</summary>
    /// <param name="builder">The kernel's builder.</param>
    /// <param name="model">The model; the caller disposes it.</param>
    /// <param name="adapter">The adapter that answers, whose name is the service's model id; null for the base model.</param>
    /// <param name="serviceId">The key by which prompts choose it; null for none.</param>
    public static IKernelBuilder AddPeftChatCompletion(
        this IKernelBuilder builder, PeftModel model, string? adapter = null, string? serviceId = null)
    {
        Services(builder).AddPeftChatCompletion(model, adapter, serviceId);
        return builder;
    }

    /// <summary>The same as a chat client, which Semantic Kernel uses where no chat completion is registered.</summary>
    /// <inheritdoc cref="AddPeftChatCompletion"/>
    public static IKernelBuilder AddPeftChatClient(
        this IKernelBuilder builder, PeftModel model, string? adapter = null, string? serviceId = null)
    {
        Services(builder).AddPeftChatClient(model, adapter, serviceId);
        return builder;
    }

    /// <summary>
    /// Continues prompts as they stand, without a chat template: for models that were not taught to converse. Semantic Kernel prefers chat
    /// completion, and this to a chat client.
    /// </summary>
    /// <inheritdoc cref="AddPeftChatCompletion"/>
    public static IKernelBuilder AddPeftTextGeneration(
        this IKernelBuilder builder, PeftModel model, string? adapter = null, string? serviceId = null)
    {
        Services(builder).AddPeftTextGeneration(model, adapter, serviceId);
        return builder;
    }

    /// <summary>Makes vectors of texts, by a model that was loaded with an embedding head.</summary>
    /// <inheritdoc cref="AddPeftChatCompletion"/>
    public static IKernelBuilder AddPeftEmbeddingGenerator(
        this IKernelBuilder builder, PeftModel model, string? adapter = null, string? serviceId = null)
    {
        Services(builder).AddPeftEmbeddingGenerator(model, adapter, serviceId);
        return builder;
    }

    private static IServiceCollection Services(IKernelBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Services;
    }
}
