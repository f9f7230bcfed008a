using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PeftIntegrations.Core;

/// <summary>
/// A changed copy of a native library, kept in the user's cache folder; whoever asks for it by its own name gets the loaded copy.
/// </summary>
internal static class RelinkedLibrary
{
    /// <summary>Loads <paramref name="content"/>.</summary>
    /// <exception cref="DllNotFoundException">The system's loader refuses it.</exception>
    /// <exception cref="IOException">It can be written nowhere.</exception>
    public static void Load(byte[] content)
    {
        if (Cached(CacheFolder, content) is { } path) NativeLibrary.Load(path);
        else LoadFromTemporaryFolder(content);
    }

    /// <summary>
    /// The path of a file in <paramref name="folder"/> that holds exactly <paramref name="content"/>; null if it cannot be written.
    /// </summary>
    public static string? Cached(string folder, byte[] content)
    {
        var path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(content)) + ".so");
        try
        {
            if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content)) return path;

            Directory.CreateDirectory(folder);
            AtomicFile.Write(path, stream => stream.Write(content));
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string CacheFolder => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathFullyQualified(cache)
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "peft-integrations",
        "native");

    // A new private folder, so that nobody else can have put a file there; a loaded library needs its file no more.
    private static void LoadFromTemporaryFolder(byte[] content)
    {
        var folder = Directory.CreateTempSubdirectory("peft-integrations-");
        try
        {
            var path = Path.Combine(folder.FullName, "library.so");
            File.WriteAllBytes(path, content);
            NativeLibrary.Load(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
