using System.Runtime.InteropServices;

namespace PeftIntegrations.Core;

/// <summary>
/// The folders that may hold native libraries, in the order in which .NET itself would look, and what a library's file is called.
/// </summary>
internal static class NativeFolders
{
    /// <summary>The folders of this process.</summary>
    public static IReadOnlyList<string> OfThisProcess =>
    [
        .. (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        AppContext.BaseDirectory,
        Path.Combine(AppContext.BaseDirectory, "runtimes", Platform, "native"),
    ];

    /// <summary>The platform as packages name it, such as <c>linux-x64</c>.</summary>
    public static string Platform { get; } = System() + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>The file of the library <paramref name="name"/> on this system, such as <c>libtorch.so</c>.</summary>
    public static string FileOf(string name) =>
        OperatingSystem.IsWindows() ? name + ".dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";

    private static string System() => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
}
