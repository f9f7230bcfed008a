using System.Diagnostics;
using System.Text.Json;

namespace CompareMethods;

/// <summary>This program once more, with one method alone: the peak of memory is of a whole process.</summary>
internal static class ChildProcess
{
    /// <summary>Measures a method.</summary>
    /// <param name="one">The method.</param>
    /// <param name="settings">Model, data and so on.</param>
    /// <param name="said">Told every line of the child's standard error.</param>
    /// <param name="cancellationToken">Ends the child.</param>
    /// <exception cref="InvalidOperationException">The child failed; the message is what it said last.</exception>
    public static async Task<Measurement> Measure(
        Contestant one, CompareSettings settings, Action<string> said, CancellationToken cancellationToken)
    {
        var program = Path.Combine(AppContext.BaseDirectory, nameof(CompareMethods) + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(program, settings.Alone(one)) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var child = Process.Start(start)!;
        try
        {
            var output = child.StandardOutput.ReadToEndAsync(cancellationToken);
            var last = "";
            while (await child.StandardError.ReadLineAsync(cancellationToken) is { } line) said(last = line);
            await child.WaitForExitAsync(cancellationToken);
            return child.ExitCode == Exit.Done
                ? JsonSerializer.Deserialize<Measurement>(await output)!
                : throw new InvalidOperationException($"{one.Name} ended with {child.ExitCode}. {last}");
        }
        finally
        {
            if (!child.HasExited) child.Kill();
        }
    }
}
