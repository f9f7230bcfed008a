using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace PeftIntegrations.Core;

/// <summary>The libraries of one libtorch and the shim through which TorchSharp calls it.</summary>
/// <param name="Folder">Where libtorch is.</param>
/// <param name="Shim">The path of TorchSharp's own library.</param>
/// <param name="IsOther">Whether it is another libtorch than the application's own, which may be there too.</param>
internal sealed record TorchLibraries(string Folder, string Shim, bool IsOther)
{
    /// <summary>The environment variable that names another libtorch.</summary>
    public const string Variable = "PEFT_LIBTORCH";

    // What TorchSharp was built for, which it can say itself only once that is loaded, and what has all that its shim asks for and ran
    // the laws over methods: PyTorch 2.11 with CUDA 13. In 2.13 functions with an own gradient are missing.
    public static readonly string[] Versions = ["2.10", "2.11"];

    // In the order in which they need each other; without libtorch the loader does not fail but crashes on the shim.
    private static readonly string[] Required = ["c10", "torch_cpu", "torch"];
    private static readonly string[] InOrder = ["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"];

    /// <summary>Finds both in <paramref name="folders"/>, or libtorch in the folder <paramref name="other"/> if it is given.</summary>
    /// <exception cref="TorchRuntimeException">One of them is not there.</exception>
    public static TorchLibraries Find(IReadOnlyList<string> folders, string? other)
    {
        var isOther = !string.IsNullOrWhiteSpace(other);
        var shim = NativeFolders.FileOf("LibTorchSharp");
        return new TorchLibraries(
            isOther ? Elsewhere(other!) : Bundled(folders),
            folders.Select(folder => Path.Combine(folder, shim)).FirstOrDefault(File.Exists) ?? throw new TorchRuntimeException(
                $"{shim} is in none of {string.Join(", ", folders)}: reference the package TorchSharp in the application's project."),
            isOther);
    }

    /// <summary>Loads them into this process.</summary>
    /// <exception cref="TorchRuntimeException">The system's loader refuses one of them.</exception>
    public void Load()
    {
        foreach (var file in InOrder.Select(InFolder).Where(File.Exists)) Attempt(file, () => NativeLibrary.Load(file));
        if (IsOther && OperatingSystem.IsLinux()) Attempt(InFolder("torch"), LoadAliases);
        Attempt(Shim, LoadShim);
    }

    private static string Bundled(IReadOnlyList<string> folders) => folders.FirstOrDefault(Holds) ?? throw new TorchRuntimeException(
        $"libtorch ({RequiredFiles}) is in none of {string.Join(", ", folders)}: reference the package TorchSharp-cpu "
        + $"(or TorchSharp-cuda-linux, TorchSharp-cuda-windows) in the application's project, or let {Variable} name its folder.");

    private static string Elsewhere(string folder)
    {
        string[] candidates = [folder, Path.Combine(folder, "lib"), Path.Combine(folder, "torch", "lib")];
        var found = candidates.FirstOrDefault(Holds) ?? throw new TorchRuntimeException(
            $"{Variable} is '{folder}', but none of {string.Join(", ", candidates)} holds {RequiredFiles}: "
            + $"let it name a libtorch {Fitting} folder or the site-packages folder of PyTorch {Fitting}, or unset it.");

        // libtorch promises no binary interface between versions; its archive says which it is in one file, PyTorch in another.
        string[] notes = [Path.Combine(found, "..", "build-version"), Path.Combine(found, "..", "version.py")];
        var version = notes.Where(File.Exists).Select(note => Regex.Match(File.ReadAllText(note), @"\d+\.\d+").Value)
            .FirstOrDefault(Versions[0]);
        return Versions.Contains(version) ? found : throw new TorchRuntimeException(
            $"{Variable} is '{folder}', which is libtorch {version}, but this TorchSharp needs {Fitting}: "
            + "let it name one of these, or unset it.");
    }

    private static string Fitting => string.Join(" or ", Versions);

    private static string RequiredFiles => string.Join(", ", Required.Select(NativeFolders.FileOf));

    private static bool Holds(string folder) => Required.All(name => File.Exists(Path.Combine(folder, NativeFolders.FileOf(name))));

    private string InFolder(string name) => Path.GetFullPath(Path.Combine(Folder, NativeFolders.FileOf(name)));

    private void LoadAliases()
    {
        var libtorch = File.ReadAllBytes(InFolder("torch"));
        foreach (var name in (string[])["torch_cpu", "torch_cuda"])
        {
            if (TorchAlias.Make(libtorch, name) is { } alias) RelinkedLibrary.Load(alias);
        }
    }

    private void LoadShim()
    {
        try
        {
            NativeLibrary.Load(Shim);
        }
        catch (DllNotFoundException e) when (e.Message.Contains(GlibcxxRelink.MissingVersion, StringComparison.Ordinal))
        {
            RelinkedLibrary.Load(Relinked(File.ReadAllBytes(Shim)));
        }
    }

    private static byte[] Relinked(byte[] shim)
    {
        try
        {
            return GlibcxxRelink.Apply(shim);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                $"it needs {GlibcxxRelink.MissingVersion}, which Debian 13, Ubuntu 24.04 and RHEL 10 have, and cannot be relinked: " +
                    $"{e.Message}", e);
        }
    }

    private static void Attempt(string file, Action load)
    {
        try
        {
            load();
        }
        catch (Exception e) when (
            e is DllNotFoundException or BadImageFormatException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new TorchRuntimeException(
                $"{file} cannot be loaded; install what it needs, or take a system or a libtorch that fits the other: "
                + e.Message.ReplaceLineEndings(" "), e);
        }
    }
}
