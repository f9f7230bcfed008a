namespace PeftIntegrations.Training;

/// <summary>Keeps a second run out of a folder. The open handle is the lock, not the file: a dead process locks nobody out.</summary>
internal sealed class CheckpointLock : IDisposable
{
    private const string Name = "checkpoint.lock";
    private readonly FileStream _file;

    /// <summary>Takes the lock of a folder.</summary>
    /// <exception cref="IOException">Another run has it, or the folder cannot be written.</exception>
    public CheckpointLock(string folder)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new IOException(
                $"Another run is using {folder}. Wait for it, end it, or give this run a CheckpointFolder of its own.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path} cannot be written: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
