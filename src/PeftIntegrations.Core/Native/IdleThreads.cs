using System.Runtime.InteropServices;

namespace PeftIntegrations.Core;

/// <summary>
/// How long libtorch's threads spin for more work before they sleep. By default some milliseconds, which on a machine that others use too
/// makes small models many times slower; a short wait costs nothing that can be measured.
/// </summary>
internal static partial class IdleThreads
{
    private const string Spins = "GOMP_SPINCOUNT";
    private const string Policy = "OMP_WAIT_POLICY";

    /// <summary>
    /// Asks for a short wait, unless the environment says otherwise. Must come before libtorch is loaded, which reads it then.
    /// </summary>
    public static void YieldSoon()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Spins) is not null
            || Environment.GetEnvironmentVariable(Policy) is not null)
        {
            return;
        }

        // Some 30 µs: enough from one operator to the next; while they spin, whoever waits for the result may get no core.
        // Environment.SetEnvironmentVariable would not be seen by native code.
        SetVariable(Spins, "1000", overwrite: 0);
        SetVariable(Policy, "ACTIVE", overwrite: 0); // else two models in a process cut it to 3 µs, and each operator wakes threads anew
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
