using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.TextGeneration;
using PeftIntegrations;
using PeftIntegrations.SemanticKernel;
using Spectre.Console;

namespace Quickstart;

/// <summary>The adapter behind the interfaces that applications know.</summary>
internal static class Hosts
{
    public static async Task Show(PeftModel model, string adapter, string prompt, CancellationToken cancellationToken)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.Write(new Rule("the same in Semantic Kernel") { Justification = Justify.Left });
        var kernel = Kernel.CreateBuilder().AddPeftTextGeneration(model, adapter).Build();
        var service = kernel.GetRequiredService<ITextGenerationService>();
        var settings = new PeftPromptExecutionSettings { MaxTokens = 40, Temperature = 0 };
        AnsiConsole.Write(new Text(prompt, Color.Grey));
        await foreach (var piece in service.GetStreamingTextContentsAsync(prompt, settings, kernel, cancellationToken))
        {
            AnsiConsole.Write(new Text(piece.Text ?? "", Color.Green));
        }

        AnsiConsole.WriteLine();
    }
}
