using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel.ChatCompletion;

namespace PeftIntegrations.SemanticKernel;

/// <summary>A chat client as kernels use it.</summary>
internal static class KernelChat
{
    /// <summary>The client with the kernel's functions called, past the kernel's filters.</summary>
    public static IChatClient WithFunctions(this IChatClient client, IServiceProvider provider) =>
        client.AsBuilder().UseKernelFunctionInvocation(provider.GetService<ILoggerFactory>()).Build(provider);

    /// <summary>The same as a chat completion.</summary>
    public static IChatCompletionService AsChatCompletion(this IChatClient client, IServiceProvider provider) =>
        client.WithFunctions(provider).AsChatCompletionService(provider);
}
