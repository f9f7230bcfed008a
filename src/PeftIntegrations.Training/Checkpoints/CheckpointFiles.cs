using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace PeftIntegrations.Training;

/// <summary>The checkpoints of one run in its folder, which is locked meanwhile: the newest two are kept.</summary>
internal sealed partial class CheckpointFiles : IDisposable
{
    private readonly string _folder;
    private readonly ILogger _logger;
    private readonly CheckpointLock _lock;

    /// <summary>Opens the folder; made if need be.</summary>
    /// <exception cref="IOException">Another run is using it, or it cannot be written.</exception>
    public CheckpointFiles(string folder, ILogger? logger)
    {
        (_folder, _logger) = (Path.GetFullPath(folder), logger ?? NullLogger.Instance);
        Directory.CreateDirectory(_folder);
        _lock = new(_folder);
        foreach (var path in Directory.GetFiles(_folder))
        {
            if (Unfinished().IsMatch(Path.GetFileName(path))) File.Delete(path);
        }
    }

    /// <summary>How a file is written; a test fails it.</summary>
    internal Action<string, Action<Stream>> Save { get; set; } = AtomicFile.Write;

    /// <summary>The files, the newest first.</summary>
    public IReadOnlyList<string> Newest => [.. Steps.OrderDescending().Select(PathOf)];

    private IEnumerable<int> Steps =>
        from path in Directory.EnumerateFiles(_folder)
        let name = Named().Match(Path.GetFileName(path))
        where name.Success
        select int.Parse(name.Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    /// <summary>Writes a checkpoint, and drops all but it and the one before.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written; the checkpoints before are still there.</exception>
    public void Write(TrainingCheckpoint checkpoint)
    {
        var step = checkpoint.State.Step;
        try
        {
            Save(PathOf(step), checkpoint.WriteTo);
        }
        catch (IOException e)
        {
            var last = Newest is [var newest, ..] ? $"The last one is {newest}" : "There is none yet";
            throw new IOException(
                $"The checkpoint of step {step} could not be written: {e.Message} {last}. Make room, and go on with Resume = true.", e);
        }

        LogWritten(_logger, PathOf(step));
        var before = Steps.Where(other => other < step).DefaultIfEmpty(step).Max();
        foreach (var other in Steps.Where(other => other != step && other != before).ToArray()) File.Delete(PathOf(other));
    }

    /// <summary>The newest checkpoint that is whole; null where there are no files.</summary>
    /// <exception cref="InvalidDataException">There are files, and all are damaged.</exception>
    public (TrainingCheckpoint Content, string Path)? Read()
    {
        var damaged = new List<string>();
        foreach (var path in Newest)
        {
            try
            {
                var content = TrainingCheckpoint.Read(path);
                LogResumed(_logger, path, content.State.Step);
                return (content, path);
            }
            catch (InvalidDataException e)
            {
                LogDamaged(_logger, path, e.Message);
                damaged.Add(e.Message);
            }
        }

        return damaged.Count == 0 ? null : throw new InvalidDataException(
            $"No checkpoint in {_folder} can be resumed from. Start over in another folder.\n  {string.Join("\n  ", damaged)}");
    }

    public void Dispose() => _lock.Dispose();

    private string PathOf(int step) =>
        Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"checkpoint-{step:D6}.safetensors"));

    [GeneratedRegex(@"^checkpoint-(\d{6,9})\.safetensors\z", RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    [GeneratedRegex(@"^\.[0-9a-f]{32}\.tmp\z", RegexOptions.CultureInvariant)]
    private static partial Regex Unfinished(); // what AtomicFile leaves where its process is killed

    [LoggerMessage(LogLevel.Debug, "Wrote {Path}")]
    private static partial void LogWritten(ILogger logger, string path);

    [LoggerMessage(LogLevel.Information, "Resuming from {Path}, after step {Step}")]
    private static partial void LogResumed(ILogger logger, string path, int step);

    [LoggerMessage(LogLevel.Warning, "{Path} is damaged, and the checkpoint before it is taken: {Reason}")]
    private static partial void LogDamaged(ILogger logger, string path, string reason);
}
