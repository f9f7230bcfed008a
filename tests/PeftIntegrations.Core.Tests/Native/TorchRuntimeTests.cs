using System.Diagnostics;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Core.Tests;

public sealed class TorchRuntimeTests : IDisposable
{
    private readonly TemporaryFolder _cache = new();

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void Describes_itself_in_one_line()
    {
        var description = TorchRuntime.Description;

        Assert.Contains(
            TorchLibraries.Versions, version => description.StartsWith($"libtorch {version}.", StringComparison.Ordinal));
        Assert.EndsWith($"{TorchRuntime.Threads} threads", description, StringComparison.Ordinal);
    }

    [Fact]
    public void Has_at_least_one_thread()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => TorchRuntime.Threads = 0);

        Assert.Contains("Threads must be at least 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_loaded_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux lists what a process has mapped.");

        Parallel.For(0, 8, _ => TorchRuntime.Load());

        var mapped = File.ReadLines("/proc/self/maps").Where(line => line.EndsWith("/libtorch_cpu.so", StringComparison.Ordinal));
        Assert.Single(mapped.Select(line => line.Split(' ')[^1]).Distinct());
    }

    [Fact, Trait("Speed", "Slow")]
    public async Task Loads_in_ten_processes_at_once_that_share_an_empty_cache()
    {
        var processes = Enumerable.Range(0, 10).Select(_ => Start("XDG_CACHE_HOME", _cache.Path)).ToArray();

        var outcomes = await Task.WhenAll(processes.Select(Outcome));

        Assert.All(outcomes, outcome => Assert.Equal((0, ""), outcome));
        Assert.Empty(Directory.EnumerateFiles(_cache.Path, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Loads_where_there_is_no_cache_folder_to_write_to()
    {
        var notAFolder = _cache.Write("file", "text"u8);

        var outcome = await Outcome(Start("XDG_CACHE_HOME", notAFolder));

        Assert.Equal((0, ""), outcome);
    }

    [Fact]
    public async Task Says_in_one_sentence_that_the_variable_names_a_wrong_folder()
    {
        var (code, error) = await Outcome(Start(TorchLibraries.Variable, "/no/such/folder"));

        Assert.NotEqual(0, code);
        Assert.Contains("PEFT_LIBTORCH is '/no/such/folder', but none of", error, StringComparison.Ordinal);
    }

    [Fact, Trait("Speed", "Slow")]
    public async Task Loads_the_libtorch_that_the_variable_names_and_not_the_one_beside_it()
    {
        var own = NativeFolders.OfThisProcess.First(folder => File.Exists(Path.Combine(folder, NativeFolders.FileOf("torch_cpu"))));
        foreach (var file in Directory.EnumerateFiles(own)) File.Copy(file, _cache[Path.GetFileName(file)]);

        var outcome = await Outcome(Start(TorchLibraries.Variable, _cache.Path));

        Assert.Equal((0, ""), outcome);
    }

    // This test program again, with one test that calls libtorch.
    private static Process Start(string variable, string value)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "PeftIntegrations.Core.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(program, ["--filter-method", $"*.{nameof(Describes_itself_in_one_line)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[variable] = value;
        return Process.Start(start)!;
    }

    private static async Task<(int Code, string Error)> Outcome(Process process)
    {
        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await output;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, error);
        }
    }
}
