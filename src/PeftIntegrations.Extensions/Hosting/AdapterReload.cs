using Microsoft.Extensions.Logging;

namespace PeftIntegrations.Extensions;

/// <summary>
/// Loads an adapter anew when its files have changed and are at rest. Requests that are being answered end with the old one. Looking now
/// and then is sure on every file system, and for folders that are renamed into place.
/// </summary>
internal sealed class AdapterReload(HostedModel hosted, TimeProvider clock, ILogger logger)
{
    private readonly Dictionary<string, FolderStamp> _last = new(StringComparer.Ordinal);

    /// <summary>Looks again and again.</summary>
    public async Task Run(TimeSpan every, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(every, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            if (hosted.Loaded is { } model) await Look(model, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task Look(PeftModel model, CancellationToken cancellationToken)
    {
        foreach (var (adapter, folder) in hosted.Options.Adapters)
        {
            try
            {
                if (!HasChanged(adapter, FolderStamp.Of(folder))) continue;
                await model.LoadAdapterAsync(adapter, folder, cancellationToken).ConfigureAwait(false);
                PeftLog.Reloaded(logger, hosted.Name, adapter);
            }
            catch (Exception e) when (e is not (OperationCanceledException or ObjectDisposedException))
            {
                PeftLog.NotReloaded(logger, e, hosted.Name, adapter);
            }
        }
    }

    private bool HasChanged(string adapter, FolderStamp stamp)
    {
        var isAtRest = _last.TryGetValue(adapter, out var last) && last == stamp;
        _last[adapter] = stamp;
        if (!isAtRest || (hosted.Stamps.TryGetValue(adapter, out var loaded) && loaded == stamp)) return false;

        hosted.Stamps[adapter] = stamp; // what cannot be loaded is not tried again until it changes
        return true;
    }
}
