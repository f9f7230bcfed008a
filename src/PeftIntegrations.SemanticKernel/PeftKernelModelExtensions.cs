using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel.TextGeneration;
using PeftIntegrations.SemanticKernel;

namespace Microsoft.SemanticKernel;

/// <summary>
/// Gives a host's kernels the models that are registered with it, which are loaded when they are first asked. Their chat clients and
/// embedding generators serve kernels as they are.
/// </summary>
public static class PeftKernelModelExtensions
{
    /// <summary>Answers chats, in the format of the model's chat template, and calls the kernel's functions.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="adapter">
    /// The adapter of the model's options that answers, whose name is the service's model id; null for the base model.
    /// </param>
    /// <param name="serviceId">The key by which prompts choose the service; null for none.</param>
    public static IPeftBuilder AddPeftChatCompletion(this IPeftBuilder builder, string? adapter = null, string? serviceId = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Expect(adapter);
        builder.Services.AddKeyedSingleton(serviceId, (provider, _) =>
        {
            var (model, choice) = PeftBuilderExtensions.Find(provider, builder.Name, adapter);
            return new PeftChatClient(model, choice).AsChatCompletion(provider);
        });
        return builder;
    }

    /// <summary>Continues prompts as they stand, without a chat template: for models that were not taught to converse.</summary>
    /// <inheritdoc cref="AddPeftChatCompletion"/>
    public static IPeftBuilder AddPeftTextGeneration(this IPeftBuilder builder, string? adapter = null, string? serviceId = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Expect(adapter);
        builder.Services.AddKeyedSingleton<ITextGenerationService>(serviceId, (provider, _) =>
        {
            var (model, choice) = PeftBuilderExtensions.Find(provider, builder.Name, adapter);
            return new PeftTextGenerationService(model, choice);
        });
        return builder;
    }
}
