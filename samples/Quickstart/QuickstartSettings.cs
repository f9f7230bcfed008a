using System.ComponentModel;
using PeftIntegrations;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Training;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Quickstart;

/// <summary>What the command line says; without arguments, all that the sample brings along.</summary>
internal sealed class QuickstartSettings : CommandSettings
{
    private static readonly Registry<PeftMethod> Methods = new(typeof(Lora).Assembly);

    private static readonly Dictionary<string, ScalarType?> Types =
        new(StringComparer.OrdinalIgnoreCase) { ["auto"] = null, ["fp32"] = ScalarType.Float32, ["bf16"] = ScalarType.BFloat16 };

    [CommandOption("-m|--model <PATH>"), Description("A Hugging Face folder or a .gguf file. Without it: the bundled stories260K")]
    public string Model { get; init; } = Bundled("models", "stories260K");

    [CommandOption("-d|--data <FILE>"), Description("A .txt or .jsonl file (text, or prompt and completion). Without it: Romeo and Juliet")]
    public string Data { get; init; } = Bundled("data", "romeo-and-juliet.txt");

    [CommandOption("--method <NAME>"), Description("lora, dora, or any other registered method"), DefaultValue("lora")]
    public string Method { get; init; } = "";

    [CommandOption("--rank <NUMBER>"), Description("Rank of a low-rank method"), DefaultValue(8)]
    public int Rank { get; init; }

    [CommandOption("--steps <NUMBER>"), Description("Training steps, of four texts each"), DefaultValue(200)]
    public int Steps { get; init; }

    [CommandOption("--learning-rate <NUMBER>"), Description("Its peak. Without it: 0.01 for the bundled model, 0.0002 for another")]
    public double? LearningRate { get; init; }

    [CommandOption("--prompt <TEXT>"), Description("The beginning of the text to continue"), DefaultValue("Once upon a time")]
    public string Prompt { get; init; } = "";

    [CommandOption("-o|--output <FOLDER>"), Description("Where the adapter is saved"), DefaultValue("adapters/quickstart")]
    public string Output { get; init; } = "";

    [CommandOption("--device <NAME>"), Description("auto, cpu, cuda or cuda:1"), DefaultValue("auto")]
    public string Device { get; init; } = "";

    [CommandOption("--dtype <NAME>"), Description("auto, fp32 or bf16. Without it: fp32 for the bundled model, auto for another")]
    public string? DType { get; init; }

    /// <summary>Whether the model is the bundled one: so small that it wants a high learning rate, and one thread.</summary>
    public bool IsTiny => Model == Bundled("models", "stories260K");

    public PeftModelOptions Opening => new() { Device = Device, DType = Types[DType ?? (IsTiny ? "fp32" : "auto")] };

    public PeftMethod Tuning => Methods.Create(Method) switch
    {
        Lora lora => lora with { Rank = Rank, Alpha = 2 * Rank, Targets = Targets.AllLinear },
        var other => other,
    };

    public TrainingOptions Training => new()
    {
        MaxSteps = Steps,
        BatchSize = 4,
        MaxLength = 128,
        LearningRate = LearningRate ?? (IsTiny ? 1e-2 : new TrainingOptions().LearningRate),
        WarmupSteps = Steps / 20,
        Schedule = new CosineSchedule(),
    };

    public override ValidationResult Validate() =>
        DType is not null && !Types.ContainsKey(DType) ? ValidationResult.Error($"--dtype is '{DType}'. It must be auto, fp32 or bf16.")
        : Steps < 1 ? ValidationResult.Error($"--steps is {Steps}. It must be at least 1.")
        : ValidationResult.Success();

    private static string Bundled(params string[] path) => Path.Combine([AppContext.BaseDirectory, .. path]);
}
