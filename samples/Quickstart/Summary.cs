using PeftIntegrations;
using PeftIntegrations.Core;
using Spectre.Console;

namespace Quickstart;

/// <summary>What the adapter cost.</summary>
internal static class Summary
{
    public static async Task<Table> Of(PeftModel model, string adapter, string folder, Training training)
    {
        var trained = await model.TrainableCountAsync(adapter);
        var size = new FileInfo(Path.Combine(folder, AdapterFolder.TensorFile)).Length;
        var table = new Table { Border = TableBorder.Rounded, ShowHeaders = false };
        table.AddColumns("", "");
        table.AddRow("parameters of the model", $"{model.ParameterCount:N0}");
        table.AddRow("trained", $"{trained:N0} ({100.0 * trained / model.ParameterCount:F2} %)");
        table.AddRow("adapter file", $"{size / 1024.0:N0} KiB");
        table.AddRow("training", $"{training.Steps.Count} steps in {training.Elapsed.TotalSeconds:F1} s");
        table.AddRow("speed", $"{training.Steps[^1].TokensPerSecond:N0} tokens/s");
        return table;
    }
}
