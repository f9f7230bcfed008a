using System.Diagnostics;

namespace PeftIntegrations.Conformance;

/// <summary>Another program, run to its end in the root of the repository.</summary>
internal static class Command
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>What the program writes, or null where there is no such program, or it fails.</summary>
    public static string? TryOutput(string program, params IEnumerable<string> arguments)
    {
        try
        {
            return Output(program, arguments);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>What the program writes to its standard output.</summary>
    /// <exception cref="InvalidOperationException">It failed, or did not end; the message holds what it wrote.</exception>
    public static string Output(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{program} did not end within {Patience}.");
        }

        var said = output.GetAwaiter().GetResult();
        var complained = error.GetAwaiter().GetResult();
        return process.ExitCode == 0
            ? said
            : throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}: {said}{complained}");
    }
}
