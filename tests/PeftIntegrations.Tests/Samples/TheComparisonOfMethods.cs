using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PeftIntegrations.Core;

namespace PeftIntegrations.Tests;

/// <summary>The sample CompareMethods, started as a user starts it, on a tiny model.</summary>
public sealed class TheComparisonOfMethods : IDisposable
{
    private static readonly string[] Names = ["PROBE", "IA3", "BITFIT", "LORA", "PREFIX_TUNING", "PFEIFFER", "FULL"];

    private static readonly string[] Shown =
        ["linear probe", "(IA)³", "BitFit", "LoRA", "prefix tuning", "Pfeiffer adapter", "full fine-tuning"];

    private readonly TemporaryFolder _folder = new();

    public TheComparisonOfMethods()
    {
        TinyBert.Write(_folder["model"]);
        WriteTexts("train.csv", "abcdwxyz");
        WriteTexts("test.csv", "efuv");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tells_and_draws_what_each_came_to()
    {
        var (code, output, error) = await Run("--model", _folder["model"], "--data", _folder.Path, "--steps", "2", "--out", "it.png");

        Assert.True(code == 0, output + error);
        Assert.All(Shown, name => Assert.Contains($"│ {name} ", output, StringComparison.Ordinal));
        Assert.Contains("8 texts teach it, 2 steps of 16; 4 others judge it", output, StringComparison.Ordinal);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], (await File.ReadAllBytesAsync(_folder["it.png"], Cancellation))[..4]); // PNG
        Assert.All(Names, name => Assert.True(File.Exists(_folder[$"adapters/compared/{name}/{AdapterFolder.TensorFile}"])));
    }

    [Fact]
    public async Task Of_one_alone_is_a_line_of_its_numbers()
    {
        var (code, output, error) = await Run(
            "--only", "probe", "--model", _folder["model"], "--data", _folder.Path, "--steps", "30", "--learning-rate", "0.1");

        Assert.True(code == 0, error);
        var told = JsonDocument.Parse(Assert.Single(output.TrimEnd().Split('\n'))).RootElement;
        Assert.Equal(2 * (16 + 1), told.GetProperty("Trained").GetInt64());
        Assert.InRange(told.GetProperty("FileBytes").GetInt64(), 2 * (16 + 1) * 4, 2000);
        Assert.InRange(told.GetProperty("Accuracy").GetDouble(), 0, 1);
        Assert.True(told.GetProperty("PeakBytes").GetInt64() > 10_000_000);
        Assert.Contains("step 30 of 30, loss ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--model", "PEFT_MODELS")]
    [InlineData("PROBE, IA3, BITFIT, LORA, PREFIX_TUNING, PFEIFFER, FULL", "NOBODY", "--only", "NOBODY")]
    public async Task Says_what_it_lacks(string one, string other, params string[] arguments)
    {
        var (code, output, error) = await Run(arguments);

        Assert.NotEqual(0, code);
        Assert.Contains(one, output + error, StringComparison.Ordinal);
        Assert.Contains(other, output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_when_it_is_interrupted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no signal to send.");
        Assert.SkipWhen(InterruptsAreIgnored(), "This run ignores interrupts, as a shell's background jobs do, and so would the sample.");
        using var program = Start("--model", _folder["model"], "--data", _folder.Path, "--steps", "1000000");
        while (await program.StandardOutput.ReadLineAsync(Cancellation) is { } line && !line.Contains("step", StringComparison.Ordinal)) { }

        using var kill = Process.Start("kill", ["-INT", program.Id.ToString(CultureInfo.InvariantCulture)]);
        var output = program.StandardOutput.ReadToEndAsync(Cancellation);
        var error = await program.StandardError.ReadToEndAsync(Cancellation);
        await program.WaitForExitAsync(Cancellation);

        Assert.Equal(130, program.ExitCode);
        Assert.Equal("Stopped.", error.Trim());
        Assert.DoesNotContain("Exception", await output, StringComparison.Ordinal); // and the pipe is closed, so no child is left
        Assert.False(File.Exists(_folder["adapters/comparison.png"]));
    }

    private static bool InterruptsAreIgnored()
    {
        const string status = "/proc/self/status", ignored = "SigIgn:";
        const ulong interrupt = 1 << 1; // signal 2
        if (!File.Exists(status)) return false;

        var mask = File.ReadLines(status).First(line => line.StartsWith(ignored, StringComparison.Ordinal))[ignored.Length..].Trim();
        return (ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & interrupt) != 0;
    }

    private async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        using var program = Start(arguments);
        var output = program.StandardOutput.ReadToEndAsync(Cancellation);
        var error = await program.StandardError.ReadToEndAsync(Cancellation);
        await program.WaitForExitAsync(Cancellation);
        return (program.ExitCode, await output, error);
    }

    // Where the build puts it: the tests' own folder with another project's name.
    private Process Start(params string[] arguments)
    {
        var own = Path.Combine("tests", "PeftIntegrations.Tests");
        var folder = AppContext.BaseDirectory.Replace(own, Path.Combine("samples", "CompareMethods"), StringComparison.Ordinal);
        var program = Path.Combine(folder, "CompareMethods" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (start.Environment["OMP_NUM_THREADS"], start.Environment["PEFT_MODELS"]) = ("1", _folder["nothing"]);
        return Process.Start(start)!;
    }

    private void WriteTexts(string name, string letters) => File.WriteAllLines(
        _folder[name], letters.Select(letter => $"{letter} {letter}{letter},{(letter < 'm' ? "low" : "high")}").Prepend("text,category"));
}
