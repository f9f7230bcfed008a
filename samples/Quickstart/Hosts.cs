using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.TextGeneration;
using PeftIntegrations;
using PeftIntegrations.Inference;
using PeftIntegrations.MLNet;
using PeftIntegrations.Models;
using PeftIntegrations.SemanticKernel;
using Spectre.Console;

namespace Quickstart;

/// <summary>The adapter behind the interfaces that applications know.</summary>
internal static class Hosts
{
    /// <summary>Semantic Kernel's text generation.</summary>
    public static async Task ShowKernel(PeftModel model, string adapter, string prompt, CancellationToken cancellationToken)
    {
        Title("the adapter in Semantic Kernel");
        var kernel = Kernel.CreateBuilder().AddPeftTextGeneration(model, adapter).Build();
        var service = kernel.GetRequiredService<ITextGenerationService>();
        var settings = new PeftPromptExecutionSettings { MaxTokens = 60, Temperature = 0, RepetitionPenalty = 1.2 };
        AnsiConsole.Write(new Text(prompt, Color.Grey));
        await foreach (var piece in service.GetStreamingTextContentsAsync(prompt, settings, kernel, cancellationToken))
        {
            AnsiConsole.Write(new Text(piece.Text ?? "", Color.Green));
        }

        AnsiConsole.WriteLine();
    }

    /// <summary>The adapter's folder as a transformer of ML.NET, which <c>Append</c> puts into any pipeline.</summary>
    public static void ShowPipeline(QuickstartSettings settings)
    {
        Title("the adapter in ML.NET");
        var ml = new MLContext();
        var generation = new GenerationOptions { MaxNewTokens = 60, Sample = false, RepetitionPenalty = 1.2 };
        PeftAdapterOptions options = new() { Model = settings.Opening, Task = HeadKind.CausalLanguageModel, Generation = generation };
        using var writer = ml.Peft().FromAdapter(settings.Model, settings.Output, options);
        var prompts = ml.Data.LoadFromEnumerable([new { Text = settings.Prompt }]);
        foreach (var text in writer.Transform(prompts).GetColumn<string>("GeneratedText"))
        {
            AnsiConsole.Write(new Text(settings.Prompt, Color.Grey));
            AnsiConsole.Write(new Text(text, Color.Green));
        }

        AnsiConsole.WriteLine();
    }

    private static void Title(string text)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.Write(new Rule(text) { Justification = Justify.Left });
    }
}
