using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel.TextGeneration;
using PeftIntegrations;
using PeftIntegrations.SemanticKernel;

namespace Microsoft.SemanticKernel;

/// <summary>Registers models with adapters as services of Semantic Kernel.</summary>
public static class PeftKernelServiceCollectionExtensions
{
    /// <summary>Answers chats, in the format of the model's chat template, and calls the kernel's functions.</summary>
    /// <param name="services">Where to register it.</param>
    /// <param name="model">The model; the caller disposes it.</param>
    /// <param name="adapter">The adapter that answers, whose name is the service's model id; null for the base model.</param>
    /// <param name="serviceId">The key by which prompts choose it; null for none.</param>
    public static IServiceCollection AddPeftChatCompletion(
        this IServiceCollection services, PeftModel model, string? adapter = null, string? serviceId = null)
    {
        Check(services, model);
        return services.AddKeyedSingleton(serviceId, (provider, _) => model.AsIChatClient(adapter).AsChatCompletion(provider));
    }

    /// <summary>The same as a chat client, which Semantic Kernel uses where no chat completion is registered.</summary>
    /// <inheritdoc cref="AddPeftChatCompletion"/>
    public static IServiceCollection AddPeftChatClient(
        this IServiceCollection services, PeftModel model, string? adapter = null, string? serviceId = null)
    {
        Check(services, model);
        return services.AddKeyedSingleton(serviceId, (provider, _) => model.AsIChatClient(adapter).WithFunctions(provider));
    }

    /// <summary>
    /// Continues prompts as they stand, without a chat template: for models that were not taught to converse. Semantic Kernel prefers chat
    /// completion, and this to a chat client.
    /// </summary>
    /// <inheritdoc cref="AddPeftChatCompletion"/>
    public static IServiceCollection AddPeftTextGeneration(
        this IServiceCollection services, PeftModel model, string? adapter = null, string? serviceId = null)
    {
        Check(services, model);
        return services.AddKeyedSingleton<ITextGenerationService>(serviceId, new PeftTextGenerationService(model, adapter));
    }

    /// <summary>Makes vectors of texts, by a model that was loaded with an embedding head.</summary>
    /// <inheritdoc cref="AddPeftChatCompletion"/>
    public static IServiceCollection AddPeftEmbeddingGenerator(
        this IServiceCollection services, PeftModel model, string? adapter = null, string? serviceId = null)
    {
        Check(services, model);
        return services.AddKeyedSingleton(serviceId, (_, _) => model.AsIEmbeddingGenerator(adapter));
    }

    private static void Check(IServiceCollection services, PeftModel model)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(model);
    }
}
