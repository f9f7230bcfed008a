using System.Reflection;
using System.Runtime.InteropServices;

namespace PeftIntegrations.Core;

/// <summary>The libraries of one libtorch and the shim through which TorchSharp calls it.</summary>
/// <param name="Folder">Where libtorch is.</param>
/// <param name="Shim">The path of TorchSharp's own library.</param>
internal sealed record TorchLibraries(string Folder, string Shim)
{
    /// <summary>The environment variable that names another libtorch.</summary>
    public const string Variable = "PEFT_LIBTORCH";

    // In the order in which they need each other; without libtorch the loader does not fail but crashes on the shim.
    private static readonly string[] Required = ["c10", "torch_cpu", "torch"];
    private static readonly string[] InOrder = ["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"];

    /// <summary>Finds both in <paramref name="folders"/>, or libtorch in the folder <paramref name="other"/> if it is given.</summary>
    /// <exception cref="TorchRuntimeException">One of them is not there.</exception>
    public static TorchLibraries Find(IReadOnlyList<string> folders, string? other)
    {
        var shim = NativeFolders.FileOf("LibTorchSharp");
        return new TorchLibraries(
            string.IsNullOrWhiteSpace(other) ? Bundled(folders) : Elsewhere(other),
            folders.Select(folder => Path.Combine(folder, shim)).FirstOrDefault(File.Exists) ?? throw new TorchRuntimeException(
                $"{shim} is in none of {string.Join(", ", folders)}: reference the package TorchSharp in the application's project."));
    }

    /// <summary>Loads them into this process.</summary>
    /// <exception cref="TorchRuntimeException">The system's loader refuses one of them.</exception>
    public void Load()
    {
        foreach (var file in InOrder.Select(InFolder).Where(File.Exists))
        {
            if (Try(() => NativeLibrary.Load(file)) is { } reason) throw Refused(file, reason);
        }

        if (Try(() => NativeLibrary.Load(Shim)) is { } refusal)
        {
            if (!refusal.Message.Contains(GlibcxxRelink.MissingVersion, StringComparison.Ordinal)) throw Refused(Shim, refusal);
            RelinkedShim.Load(Shim);
        }

        TellTorchSharp();
    }

    private static string Bundled(IReadOnlyList<string> folders) => folders.FirstOrDefault(Holds) ?? throw new TorchRuntimeException(
        $"libtorch ({string.Join(", ", Required.Select(NativeFolders.FileOf))}) is in none of {string.Join(", ", folders)}: reference the package TorchSharp-cpu "
        + $"(or TorchSharp-cuda-linux, TorchSharp-cuda-windows) in the application's project, or let {Variable} name a libtorch or PyTorch folder.");

    private static string Elsewhere(string folder)
    {
        string[] candidates = [folder, Path.Combine(folder, "lib"), Path.Combine(folder, "torch", "lib")];
        return candidates.FirstOrDefault(Holds) ?? throw new TorchRuntimeException(
            $"{Variable} is '{folder}', but none of {string.Join(", ", candidates)} holds {string.Join(", ", Required.Select(NativeFolders.FileOf))}: "
            + "let it name a libtorch 2.10 folder or the site-packages folder of PyTorch 2.10, or unset it.");
    }

    private static bool Holds(string folder) => Required.All(name => File.Exists(Path.Combine(folder, NativeFolders.FileOf(name))));

    private string InFolder(string name) => Path.GetFullPath(Path.Combine(Folder, NativeFolders.FileOf(name)));

    private static TorchRuntimeException Refused(string file, Exception reason) => new(
        $"{file} cannot be loaded; install what it needs, or take a libtorch built for this system: {reason.Message.ReplaceLineEndings(" ")}", reason);

    private static Exception? Try(Action load)
    {
        try
        {
            load();
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return e;
        }
    }

    // TorchSharp would look for libtorch again by name, and beside the application find a second one that must not be loaded.
    // On Windows it has to: that is how it finds CUDA's own libraries.
    private static void TellTorchSharp()
    {
        string[] flags = OperatingSystem.IsWindows() ? ["nativeBackendLoaded"] : ["nativeBackendLoaded", "nativeBackendCudaLoaded"];
        foreach (var flag in flags)
        {
            typeof(torch).GetField(flag, BindingFlags.Static | BindingFlags.NonPublic)?.SetValue(null, true);
        }
    }
}
