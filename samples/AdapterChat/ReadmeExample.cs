using Microsoft.SemanticKernel;
using PeftIntegrations;
using PeftIntegrations.SemanticKernel;

namespace AdapterChat;

/// <summary>The example of README.md, which a test keeps equal to the lines between the marks.</summary>
internal static class ReadmeExample
{
    public static async Task Run()
    {
        // <readme>
        await using var model = await PeftModel.LoadAsync("models/SmolLM2-135M-Instruct"); // any model with a chat template
        await model.LoadAdapterAsync("support", "adapters/support");
        await model.LoadAdapterAsync("sales", "adapters/sales");

        var builder = Kernel.CreateBuilder();
        builder.AddPeftChatCompletion(model, "support", serviceId: "support"); // both speak through the one model
        builder.AddPeftChatCompletion(model, "sales", serviceId: "sales");
        var kernel = builder.Build();

        var settings = new PeftPromptExecutionSettings { ServiceId = "support", MaxTokens = 200, Temperature = 0.7 };
        await foreach (var piece in kernel.InvokePromptStreamingAsync<string>("Where is my order?", new(settings)))
        {
            Console.Write(piece);
        }
        // </readme>
    }
}
