using System.ComponentModel;
using System.Globalization;
using PeftIntegrations.Data;
using Spectre.Console;
using Spectre.Console.Cli;

namespace CompareMethods;

/// <summary>What the command line says.</summary>
internal sealed class CompareSettings : CommandSettings
{
    private const string ModelName = "all-MiniLM-L6-v2", Variable = "PEFT_MODELS";

    [CommandOption("-m|--model <FOLDER>"), Description("An encoder. Without it: all-MiniLM-L6-v2 in the folder that PEFT_MODELS names")]
    public string? Model { get; init; }

    [CommandOption("-d|--data <FOLDER>"), Description("train.csv and test.csv of columns text and category. Without it: the bundled ones")]
    public string Data { get; init; } = Path.Combine(AppContext.BaseDirectory, "data", "banking77");

    [CommandOption("--only <METHOD>"), Description("Runs one method in this process, and prints one line of JSON")]
    public string? Only { get; init; }

    [CommandOption("--steps <NUMBER>"), Description("Training steps, of 16 texts each"), DefaultValue(200)]
    public int Steps { get; init; }

    [CommandOption("--learning-rate <NUMBER>"), Description("Its peak. Without it: each method's own")]
    public double? LearningRate { get; init; }

    [CommandOption("-o|--out <FILE>"), Description("The picture"), DefaultValue("adapters/comparison.png")]
    public string Out { get; init; } = "";

    [CommandOption("--adapters <FOLDER>"), Description("Where the adapters are saved"), DefaultValue("adapters/compared")]
    public string Adapters { get; init; } = "";

    public string ModelFolder => Model ?? Places().FirstOrDefault(Directory.Exists) ?? throw new DirectoryNotFoundException(
        $"There is no {ModelName}: name its folder by --model, or by {Variable} the folder that holds it. " +
        "It is sentence-transformers/all-MiniLM-L6-v2 of Hugging Face.");

    public LabelledTexts Taught => LabelledTexts.FromFile(Path.Combine(Data, "train.csv"), new() { LabelColumn = "category" });

    public LabelledTexts Judged => LabelledTexts.FromFile(
        Path.Combine(Data, "test.csv"), new() { LabelColumn = "category", Labels = Taught.Labels });

    /// <summary>The command line that runs one of the methods alone.</summary>
    public IEnumerable<string> Alone(Contestant one) =>
    [
        "--only", one.Name, "--model", ModelFolder, "--data", Data, "--adapters", Adapters, "--steps", Written(Steps),
        .. LearningRate is { } rate ? ["--learning-rate", Written(rate)] : Array.Empty<string>(),
    ];

    public override ValidationResult Validate() =>
        Only is not null && Contestant.Find(Only) is null ? ValidationResult.Error(
            $"--only is '{Only}'. It must be one of {string.Join(", ", Contestant.All.Select(one => one.Name))}.")
        : Steps < 1 ? ValidationResult.Error($"--steps is {Steps}. It must be at least 1.")
        : ValidationResult.Success();

    private static string Written(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static IEnumerable<string> Places()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen) return [Path.Combine(chosen, ModelName)];

        var above = new List<string>();
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent) above.Add(at.FullName);
        return above.Select(folder => Path.Combine(folder, "shared", "models", ModelName));
    }
}
