using System.Diagnostics;

namespace PeftIntegrations.Extensions.Tests;

/// <summary>The samples of hosts and agents, started as a user starts them.</summary>
public sealed class TheSamples
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Have_an_agent_learn_to_use_its_tool_and_answer_by_it()
    {
        var (code, output) = await Run("AgentWithTools");

        Assert.True(code == 0, output);
        var lines = output.ReplaceLineEndings("\n").Trim().Split('\n');
        (string City, string Sky)[] known = [("Oslo", "snow"), ("Rome", "rain"), ("Cairo", "sun")];
        Assert.Equal(
            known.SelectMany(place => (string[])[
                $"How is it in {place.City}?", $"  (the agent asks for the weather in {place.City})", $"There is {place.Sky}."]),
            lines[1..]);
    }

    [Fact]
    public async Task Have_a_host_answer_while_it_trains_and_as_trained()
    {
        var (code, output) = await Run("HostedService", "--Steps", "4");

        Assert.True(code == 0, output);
        var lines = output.ReplaceLineEndings("\n").Split('\n');
        string[] told = [.. lines.Where(line => line.StartsWith("stories", StringComparison.Ordinal))];
        Assert.Equal(3, told.Length);
        Assert.Equal(told[0], told[1]); // whoever trains beside it
        Assert.StartsWith("stories: Once upon a time, there was a little girl named Lily.", told[0], StringComparison.Ordinal);
        Assert.StartsWith("stories:play: Once upon a time", told[2], StringComparison.Ordinal);
        Assert.Contains("health: Healthy", output, StringComparison.Ordinal);
        Assert.Contains("Activity.DisplayName:        chat stories", output, StringComparison.Ordinal);
        Assert.Contains("Metric Name: peft.train.loss", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuse_a_configuration_with_all_that_is_wrong()
    {
        var (code, output) = await Run(
            "HostedService", "--Peft:Stories:Device", "tpu", "--Peft:Stories:MaxQueuedRequests", "-1", "--Peft:Stories:Path", "nowhere");

        Assert.NotEqual(0, code);
        string[] wrong = ["Device is none", "MaxQueuedRequests must be", "'nowhere'"];
        Assert.All(wrong, part => Assert.Contains(part, output, StringComparison.Ordinal));
    }

    // Where the build puts them: the tests' own folder with another project's name.
    private static async Task<(int Code, string Output)> Run(string sample, params string[] arguments)
    {
        var own = Path.Combine("tests", "PeftIntegrations.Extensions.Tests");
        var folder = AppContext.BaseDirectory.Replace(own, Path.Combine("samples", sample), StringComparison.Ordinal);
        var start = new ProcessStartInfo(Path.Combine(folder, sample + (OperatingSystem.IsWindows() ? ".exe" : "")), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var program = Process.Start(start)!;
        var error = program.StandardError.ReadToEndAsync(Cancellation);
        var output = await program.StandardOutput.ReadToEndAsync(Cancellation);
        await program.WaitForExitAsync(Cancellation);
        return (program.ExitCode, output + await error);
    }
}
