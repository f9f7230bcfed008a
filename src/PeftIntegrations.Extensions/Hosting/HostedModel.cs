using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PeftIntegrations.Extensions;

/// <summary>A host's model: loaded once, when it is first asked for or as the host starts, with the adapters of its options.</summary>
internal sealed class HostedModel(string name, IOptionsMonitor<HostedModelOptions> options, ILogger<HostedModel> logger)
    : IModelSource, IAsyncDisposable, IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _ending = new();
    private Task<PeftModel>? _loading;

    /// <summary>Its name; empty for the default one.</summary>
    public string Name => name;

    /// <summary>What the configuration says.</summary>
    public HostedModelOptions Options => options.Get(name);

    /// <inheritdoc/>
    public PeftModel? Loaded => _loading is { IsCompletedSuccessfully: true } loaded ? loaded.Result : null;

    /// <summary>Why it could not be loaded, if so.</summary>
    public Exception? Failure => _loading?.Exception?.InnerException;

    /// <summary>The adapters' files as they were when they were loaded.</summary>
    public Dictionary<string, FolderStamp> Stamps { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<PeftModel> GetAsync(CancellationToken cancellationToken)
    {
        Task<PeftModel> loading;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ending.IsCancellationRequested, typeof(PeftModel));
            if (_loading is null or { IsFaulted: true } or { IsCanceled: true }) _loading = Task.Run(Load, CancellationToken.None);
            loading = _loading;
        }

        return await loading.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock) _ending.Cancel();
        if (_loading is not { } loading) return;
        await ((Task)loading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Loaded is { } model) await model.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<PeftModel> Load()
    {
        var chosen = Options;
        PeftLog.Loading(logger, name, chosen.Path);
        try
        {
            var model = await PeftModel.LoadAsync(chosen.Path, chosen.ToModelOptions(), _ending.Token).ConfigureAwait(false);
            try
            {
                await LoadAdapters(model, chosen).ConfigureAwait(false);
            }
            catch
            {
                await model.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            PeftLog.Loaded(logger, name, model.Device, model.DType, chosen.Adapters.Count);
            return model;
        }
        catch (Exception e)
        {
            PeftLog.NotLoaded(logger, e, name);
            throw;
        }
    }

    private async Task LoadAdapters(PeftModel model, HostedModelOptions chosen)
    {
        var problems = new List<Exception>();
        foreach (var (adapter, folder) in chosen.Adapters)
        {
            try
            {
                Stamps[adapter] = FolderStamp.Of(folder);
                await model.LoadAdapterAsync(adapter, folder, _ending.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or ArgumentException or InvalidDataException or NotSupportedException)
            {
                problems.Add(new InvalidDataException($"Adapter '{adapter}' in {folder}: {e.Message}", e));
            }
        }

        if (problems.Count > 0)
        {
            throw new InvalidDataException(
                $"Adapters of model '{name}' cannot be loaded:\n  {string.Join("\n  ", problems.Select(e => e.Message))}",
                new AggregateException(problems));
        }
    }
}
