using System.Diagnostics;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>The model that the figures are measured on: SmolLM2-135M in bf16, which the peers write from its GGUF file once.</summary>
internal static class BenchmarkFolder
{
    public static async Task<string> SmolLm2Async()
    {
        var folder = Path.Combine(Path.GetTempPath(), "peft-benchmarks", "SmolLM2-135M-bf16");
        if (File.Exists(Path.Combine(folder, "model.safetensors"))) return folder;

        var peers = ReferenceSet.Current.Peers
            ?? throw new InvalidOperationException("The peers, which write the model, are absent. Name a bf16 folder with --model.");
        Directory.CreateDirectory(folder);
        using var process = Process.Start(Path.Combine(peers, "run"), ["convert.py", folder]);
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? folder : throw new InvalidOperationException($"The peers could not write {folder}.");
    }
}
