using System.Runtime.InteropServices;

namespace PeftIntegrations.Core;

/// <summary>
/// Keeps large tensors that live on out of the heap of those that live for one operator. Before version 2.38 glibc fits an aligned block
/// into no hole of its own size, so that together they take half as much memory again, and more with each step of a training.
/// </summary>
/// <remarks>Elsewhere nothing is done.</remarks>
public static partial class KeptTensors
{
    /// <summary>Layers of a backward pass after which it is worth giving back what they have left.</summary>
    public const int LayersBetweenHoles = 4;

    private const string Library = "libc.so.6";
    private const int TrimThreshold = -1, MapThreshold = -3; // malloc.h: M_TRIM_THRESHOLD, M_MMAP_THRESHOLD
    private const int Apart = 1 << 20, Together = 32 << 20, Slack = 512 << 20;
    private static readonly Version Mended = new(2, 38);

    /// <summary>Whether anything is done.</summary>
    public static bool AreNeeded { get; } = HeapVersion() < Mended;

    /// <summary>Whether tensors of so many bytes leave holes that are worth giving back: to look for them takes some 15 ms.</summary>
    public static bool Count(long bytes) => AreNeeded && bytes >= Apart;

    /// <summary>
    /// From now on, what an operator frees stays in the heap for the next one: to give pages back and ask for them again takes longer than
    /// most operators do.
    /// </summary>
    public static void KeepHeap() => Set(Together);

    /// <summary>Until disposed, a large tensor gets pages of its own, which go back to the system when it is freed.</summary>
    public static IDisposable InPagesOfTheirOwn()
    {
        Set(Apart);
        return new Ending();
    }

    /// <summary>Gives back what is free between the tensors of the heap.</summary>
    public static void GiveBackHoles()
    {
        if (AreNeeded) _ = Trim(0);
    }

    private static void Set(int threshold)
    {
        if (!AreNeeded) return;

        _ = Option(MapThreshold, threshold);
        _ = Option(TrimThreshold, Slack); // what is freed in the heap stays for the next operator
    }

    private static Version? HeapVersion()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(Library, out var library)) return Mended;
        if (!NativeLibrary.TryGetExport(library, "gnu_get_libc_version", out _)) return Mended;

        return Version.TryParse(Marshal.PtrToStringUTF8(LibraryVersion()), out var version) ? version : Mended;
    }

    [LibraryImport(Library, EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Option(int parameter, int value);

    [LibraryImport(Library, EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nuint left);

    [LibraryImport(Library, EntryPoint = "gnu_get_libc_version")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint LibraryVersion();

    private sealed class Ending : IDisposable
    {
        public void Dispose() => Set(Together);
    }
}
