using System.Diagnostics;
using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;

namespace PeftIntegrations.Benchmarks;

/// <summary>P5: from the start of a process to the first token of a chat, with an adapter.</summary>
[RegisteredAs("p5")]
internal sealed class FirstToken : Figure
{
    private const int Starts = 3;

    private static string Adapter => Path.Combine(Path.GetTempPath(), "peft-benchmarks", "lora-all-linear");

    protected override (string Ours, string Theirs) Key => ("since_start_s", "since_start_s");

    protected override string[] PeerArguments(string model) => ["P5cold", "--model", model, "--adapter", Adapter];

    /// <summary>The program that is timed: what a command line tool does that answers once.</summary>
    public static async Task<int> AnswerAsync(string folder)
    {
        await using var model = await PeftModel.LoadAsync(folder);
        await model.LoadAdapterAsync("first", Adapter);
        var prompt = model.ChatFormat.Encode([new("user", "Hello")], new() { AddGenerationPrompt = true });
        await foreach (var text in model.StreamAsync(prompt, new() { Adapter = "first", MaxNewTokens = 1 })) Console.Write(text.Text);
        return 0;
    }

    protected override JsonObject Measure(string model)
    {
        SaveAdapter(model);
        var times = Enumerable.Range(0, Starts + 1).Select(_ => Seconds(() => Answer(model))).ToArray();
        return new() { ["since_start_s"] = Median(times, warm: 1) }; // the whole process, its end too
    }

    private static void Answer(string model)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [nameof(FirstToken), model])
        {
            RedirectStandardOutput = true, // our own lines are read
        })!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"The process that writes one token of {model} failed.");
    }

    private static void SaveAdapter(string folder)
    {
        using var model = Models.Pretrained.Load(folder).Model;
        using var adapter = new Adapter(model, new Lora { Rank = 8, Alpha = 16, Targets = Targets.AllLinear });
        AdapterFolder.Save(adapter, Adapter, folder);
    }
}
