using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using PeftIntegrations.Core;

namespace PeftIntegrations.Tests;

public sealed class AKilledRun(ITestOutputHelper output) : IDisposable
{
    private const string Variable = "PEFT_TEST_CHECKPOINTS", Which = "PEFT_TEST_RUN", HashFile = "hash.txt";
    private const int Kills = 50;
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory, Trait("Speed", "Slow")]
    [InlineData("stories260K on Romeo and Juliet", "stories260K", null)]
    [InlineData("MiniLM on SMS spam", "all-MiniLM-L6-v2", "sms-spam")]
    public async Task Ends_as_an_undisturbed_one_at_whatever_moment_it_was_killed(string run, string model, string? data)
    {
        ReferenceSet.Current.RequireModel(model);
        if (data is not null) ReferenceSet.Current.RequireDataset(data);
        var random = new Random(1);
        var clock = Stopwatch.StartNew();
        var expected = await Finish(run, "undisturbed");
        var (length, inside, killed) = (clock.Elapsed, 0, 0);

        for (var i = 0; i < Kills; i++)
        {
            var name = $"{i}";
            Directory.CreateDirectory(_folder[name]);
            using (var child = Start(run, name))
            {
                WaitForAWrite(name, random.Next(0, 34), child);
                if (i % 2 == 0) await Task.Delay(random.Next(0, 150), Cancellation); // else inside the write
                child.Kill(); // SIGKILL
                await child.WaitForExitAsync(Cancellation);
            }

            if (!File.Exists(Path.Combine(_folder[name], HashFile))) killed++;
            if (Directory.EnumerateFiles(_folder[name], "*.tmp").Any()) inside++;
            Assert.Equal((i, expected), (i, await Finish(run, name)));
            Directory.Delete(_folder[name], recursive: true);
        }

        output.WriteLine($"{run}: {Kills} kills, {killed} before the end, {inside} of them inside a write: the same hash each time.");
        output.WriteLine($"A run takes {length.TotalSeconds:F1} s, all of them {clock.Elapsed.TotalSeconds:F0} s.");
        Assert.True(inside > 0, "No kill hit a write.");
    }

    [Fact]
    public async Task Is_this_one_in_a_process_of_its_own()
    {
        var folder = Environment.GetEnvironmentVariable(Variable) ?? "";
        Assert.SkipWhen(folder.Length == 0, $"It is started by {nameof(Ends_as_an_undisturbed_one_at_whatever_moment_it_was_killed)}.");
        TorchRuntime.Threads = 1;
        var run = Environment.GetEnvironmentVariable(Which)!.StartsWith("MiniLM", StringComparison.Ordinal) ? Labels(folder) : Play(folder);
        await using var model = await PeftModel.LoadAsync(run.Model, run.Loading, Cancellation);

        var result = await model.TrainAsync("it", run.Method, run.Data, run.Options, cancellationToken: Cancellation);
        await model.SaveAdapterAsync("it", Path.Combine(folder, "adapter"), Cancellation);

        var losses = result.Steps.Select(step =>
            string.Create(CultureInfo.InvariantCulture, $"{step.Loss:R} {step.GradientNorm:R} {step.ValidationLoss:R}"));
        var tensors = await File.ReadAllBytesAsync(Path.Combine(folder, "adapter", AdapterFolder.TensorFile), Cancellation);
        byte[] all = [.. tensors, .. System.Text.Encoding.UTF8.GetBytes(string.Join("\n", losses))];
        var hash = $"{result.Steps.Count} steps {Convert.ToHexStringLower(SHA256.HashData(all))}";
        AtomicFile.Write(Path.Combine(folder, HashFile), stream => stream.Write(System.Text.Encoding.ASCII.GetBytes(hash)));
    }

    private static Run Play(string folder)
    {
        var text = File.ReadAllText(Shakespeare());
        return new(
            ReferenceSet.Current.RequireModel("stories260K"), Plain, new Lora { Rank = 8, Dropout = 0.1 }, Texts.FromText(text[..60_000]),
            Options(folder) with { GradientAccumulation = 2, MaxLength = 64, Validation = Texts.FromText(text[60_000..62_000]) });
    }

    private static Run Labels(string folder)
    {
        var columns = new LabelledFileOptions { TextColumn = "SMS", LabelColumn = "Label" };
        var all = LabelledTexts.FromFile(Path.Combine(ReferenceSet.Current.RequireDataset("sms-spam"), "sms-spam.tsv"), columns);
        return new(
            ReferenceSet.Current.RequireModel("all-MiniLM-L6-v2"), Plain with { Labels = all.Labels },
            new Lora { Rank = 8, Dropout = 0.1, Targets = Targets.Names("query", "value") }, LabelledTexts.From(all.Take(400), all.Labels),
            Options(folder) with { MaxLength = 32, Overflow = Overflow.Truncate, Validation = LabelledTexts.From(all.Skip(400).Take(40)) });
    }

    private static PeftModelOptions Plain => new() { DType = ScalarType.Float32, Device = "cpu" };

    private static TrainingOptions Options(string folder) => new()
    {
        MaxSteps = 40,
        BatchSize = 2,
        LearningRate = 2e-3,
        WarmupSteps = 5,
        EvaluateEvery = 10,
        Patience = 3,
        CheckpointFolder = folder,
        CheckpointEvery = 1,
        Resume = true,
    };

    private async Task<string> Finish(string run, string name)
    {
        using var child = Start(run, name);
        var said = child.StandardOutput.ReadToEndAsync(Cancellation);
        await child.WaitForExitAsync(Cancellation);
        Assert.True(child.ExitCode == 0, await said);
        return await File.ReadAllTextAsync(Path.Combine(_folder[name], HashFile), Cancellation);
    }

    // Looks without a pause: a write takes a few milliseconds.
    private void WaitForAWrite(string name, int count, Process child)
    {
        var seen = new HashSet<string>();
        while (seen.Count < count && !child.HasExited)
        {
            seen.UnionWith(Directory.EnumerateFiles(_folder[name], "*.tmp"));
        }
    }

    // This test program again, with the run alone.
    private Process Start(string run, string name)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "PeftIntegrations.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        string[] alone = ["--filter-method", $"*.{nameof(Is_this_one_in_a_process_of_its_own)}"];
        var start = new ProcessStartInfo(program, alone) { RedirectStandardOutput = true };
        (start.Environment[Variable], start.Environment[Which]) = (_folder[name], run);
        return Process.Start(start)!;
    }

    private static string Shakespeare()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "PeftIntegrations.sln")))
        {
            at = Path.GetDirectoryName(at) ?? throw new DirectoryNotFoundException("The repository is not above the tests.");
        }

        return Path.Combine(at, "samples", "data", "romeo-and-juliet.txt");
    }

    private sealed record Run(string Model, PeftModelOptions Loading, PeftMethod Method, IExamples Data, TrainingOptions Options);
}
