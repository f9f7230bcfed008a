namespace PeftIntegrations.Core;

/// <summary>Writes a file whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes <paramref name="path"/>: first under a temporary name in the same folder, flushed to the disk, then renamed over the
    /// old file. If anything fails the old file is as it was, and the temporary one is gone.
    /// </summary>
    /// <exception cref="IOException">The folder is missing, read-only or full.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        if (Directory
            .Exists(full))
        {
            throw new IOException($"{full} is a folder, so no file can be written there. Remove it, or write elsewhere.");
        }

        var temporary = Path.Combine(Path.GetDirectoryName(full) ?? full, $".{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e)
        {
            Remove(temporary);
            if (e is UnauthorizedAccessException) throw new IOException($"{full} cannot be written: {e.Message}", e);
            throw;
        }
    }

    // What went wrong first is what the caller must hear.
    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
