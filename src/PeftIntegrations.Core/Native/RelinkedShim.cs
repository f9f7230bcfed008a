using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PeftIntegrations.Core;

/// <summary>A copy of TorchSharp's library that loads on this system's older libstdc++, kept in the user's cache folder.</summary>
internal static class RelinkedShim
{
    /// <summary>Loads the relinked copy of <paramref name="shim"/>; TorchSharp's calls find it by the library's own name.</summary>
    /// <exception cref="TorchRuntimeException">The library cannot be relinked, or its copy cannot be loaded.</exception>
    public static void Load(string shim)
    {
        try
        {
            var original = File.ReadAllBytes(shim);
            var relinked = GlibcxxRelink.Apply(original);
            if (Cached(CacheFolder, Convert.ToHexStringLower(SHA256.HashData(original)), relinked) is { } path) NativeLibrary.Load(path);
            else LoadFromTemporaryFolder(relinked);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            throw new TorchRuntimeException(
                $"{shim} needs {GlibcxxRelink.MissingVersion} (GCC 13.2), which this system's libstdc++ lacks, and a relinked copy did not do: "
                + $"use Debian 13, Ubuntu 24.04, RHEL 10 or newer: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>The path of a file in <paramref name="folder"/> that holds exactly <paramref name="content"/>; null if it cannot be written.</summary>
    public static string? Cached(string folder, string name, byte[] content)
    {
        var path = Path.Combine(folder, name + ".so");
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
            var path = Path.Combine(folder.FullName, "shim.so");
            File.WriteAllBytes(path, content);
            NativeLibrary.Load(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
