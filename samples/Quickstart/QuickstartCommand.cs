using System.Text;
using PeftIntegrations;
using PeftIntegrations.Core;
using PeftIntegrations.Data;
using PeftIntegrations.Inference;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Quickstart;

/// <summary>Trains an adapter, saves it, loads it into a fresh model, and shows what changed.</summary>
internal sealed class QuickstartCommand : AsyncCommand<QuickstartSettings>
{
    private const string Adapter = "quickstart";

    public override async Task<int> ExecuteAsync(CommandContext context, QuickstartSettings settings, CancellationToken cancellationToken)
    {
        var (data, method, options) = (Texts.FromFile(settings.Data), settings.Tuning, settings.Training); // an error comes before the work
        Directory.CreateDirectory(settings.Output);
        if (settings.IsTiny) TorchRuntime.Threads = 1; // with products this small, a second thread only waits
        var (modelName, dataName) = (Path.GetFileName(settings.Model.TrimEnd('/', '\\')), Path.GetFileName(settings.Data));
        await using var model = await PeftModel.LoadAsync(settings.Model, settings.Opening, cancellationToken);
        AnsiConsole.MarkupLineInterpolated($"{method.GetType().Name} teaches {modelName} to write like {dataName}.");

        Title($"{modelName} as it is");
        await Continue(model, settings, null, cancellationToken);

        Title($"training on {dataName} (Ctrl-C stops, and keeps what is learned)");
        options = options with { MaxLength = Math.Min(options.MaxLength!.Value, model.Shape.MaxPositions) };
        var training = await TrainingDisplay.Run(
            settings.Steps, progress => model.TrainAsync(Adapter, method, data, options, progress, cancellationToken));
        await model.SaveAdapterAsync(Adapter, settings.Output, CancellationToken.None);
        if (cancellationToken.IsCancellationRequested)
        {
            var step = training.Steps.Count;
            AnsiConsole.WriteLine($"Stopped after step {step} of {settings.Steps}. The adapter so far is in {settings.Output}.");
            return Exit.Interrupted;
        }

        Title($"{modelName} with the adapter");
        var adapted = await Continue(model, settings, Adapter, cancellationToken);

        await using var fresh = await PeftModel.LoadAsync(settings.Model, settings.Opening, cancellationToken);
        await fresh.LoadAdapterAsync(Adapter, settings.Output, cancellationToken);
        var again = (await fresh.CompleteAsync([settings.Prompt], Greedy(Adapter), cancellationToken))[0].Text;
        await Hosts.ShowKernel(fresh, Adapter, settings.Prompt, cancellationToken);
        Hosts.ShowPipeline(settings);
        AnsiConsole.Write(LossChart.Of([.. training.Steps.Select(step => step.Loss)]));
        AnsiConsole.Write(await Summary.Of(model, Adapter, settings.Output, training));
        AnsiConsole.MarkupLine(again == adapted
            ? $"[green]✓[/] {Markup.Escape(settings.Output)}, loaded into a fresh model, writes the same text."
            : "[red]✗[/] A fresh model that loads the saved adapter writes another text: [red]this is a bug.[/]");
        return again == adapted ? Exit.Done : Exit.Failed;
    }

    private static GenerationOptions Greedy(string? adapter) =>
        new() { Adapter = adapter, MaxNewTokens = 100, Sample = false, NoRepeatNgramSize = 4 };

    private static async Task<string> Continue(
        PeftModel model, QuickstartSettings settings, string? adapter, CancellationToken cancellationToken)
    {
        AnsiConsole.Write(new Text(settings.Prompt, Color.Grey));
        var text = new StringBuilder();
        await foreach (var piece in model.GenerateAsync(settings.Prompt, Greedy(adapter), cancellationToken))
        {
            AnsiConsole.Write(new Text(piece, adapter is null ? Color.Yellow : Color.Green));
            text.Append(piece);
        }

        AnsiConsole.WriteLine();
        return text.ToString();
    }

    private static void Title(string text)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.Write(new Rule(Markup.Escape(text)) { Justification = Justify.Left });
    }
}
