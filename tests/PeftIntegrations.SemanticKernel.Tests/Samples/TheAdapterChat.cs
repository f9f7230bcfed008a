using System.Diagnostics;

namespace PeftIntegrations.SemanticKernel.Tests;

/// <summary>The sample AdapterChat, started as a user starts it.</summary>
public sealed class TheAdapterChat : TinyKernelTests
{
    [Fact]
    public async Task Answers_with_the_adapter_that_is_called()
    {
        await File.WriteAllTextAsync(Path.Combine(ModelFolder, "chat_template.jinja"), Plain.ChatTemplate, Cancellation);
        var folders = await TaughtAdapters.Folders;

        var (code, output, error) = await Run(
            "Once\n@b Once\n@nobody Once\n@a Once again\n\nnever read\n", ModelFolder, $"a={folders["a"]}", $"b={folders["b"]}");

        Assert.True(code == 0, output + error);
        Assert.StartsWith("a and b answer.", output, StringComparison.Ordinal);
        Assert.Equal(["a: ", "b: ", "a: "], output.Split('\n').Where(l => l.StartsWith("> ", StringComparison.Ordinal))
            .Select(l => l[2..Math.Min(5, l.Length)]).Where(l => l is "a: " or "b: "));
        Assert.Contains("Nobody here is called nobody. There are a and b.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Give a model that has a chat template and two adapters", "model")]
    [InlineData("no/such/folder", "no/such/folder", "a=b", "c=d")]
    public async Task Says_what_it_lacks(string what, params string[] arguments)
    {
        var (code, _, error) = await Run("", arguments);

        Assert.Equal(1, code);
        Assert.Contains(what, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact, Trait("Speed", "Slow")]
    public async Task Teaches_the_bundled_model_once()
    {
        var (_, first, _) = await Run("Once upon a time\n@bank How do I\n\n");
        var (code, second, error) = await Run("Once upon a time\n\n");

        Assert.True(code == 0, second + error);
        Assert.StartsWith(
            "Teaching play; this is done once.\nTeaching bank; this is done once.\nplay and bank answer.", first, StringComparison.Ordinal);
        Assert.Matches("> play: .+\n(.*\n)*> bank: .+", first);
        Assert.StartsWith("play and bank answer.", second, StringComparison.Ordinal);
    }

    // Where the build puts it: the tests' own folder with another project's name.
    private async Task<(int Code, string Output, string Error)> Run(string input, params string[] arguments)
    {
        var own = Path.Combine("tests", "PeftIntegrations.SemanticKernel.Tests");
        var folder = AppContext.BaseDirectory.Replace(own, Path.Combine("samples", "AdapterChat"), StringComparison.Ordinal);
        var start = new ProcessStartInfo(Path.Combine(folder, "AdapterChat" + (OperatingSystem.IsWindows() ? ".exe" : "")), arguments)
        {
            WorkingDirectory = Path.GetDirectoryName(ModelFolder),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var program = Process.Start(start)!;
        var (output, error) = (program.StandardOutput.ReadToEndAsync(Cancellation), program.StandardError.ReadToEndAsync(Cancellation));
        await program.StandardInput.WriteAsync(input.AsMemory(), Cancellation);
        program.StandardInput.Close();
        await program.WaitForExitAsync(Cancellation);
        return (program.ExitCode, (await output).ReplaceLineEndings("\n"), await error);
    }
}
