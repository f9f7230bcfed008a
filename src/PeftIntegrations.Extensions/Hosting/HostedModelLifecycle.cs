using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PeftIntegrations.Extensions;

/// <summary>Loads a model as its host starts, if so chosen, and lets it answer what waits before the host ends.</summary>
internal sealed class HostedModelLifecycle(HostedModel hosted, TimeProvider clock, ILogger<HostedModel> logger) : IHostedLifecycleService
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _reloading = Task.CompletedTask;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (hosted.Options.PreloadOnStart) await hosted.GetAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (hosted.Options.ReloadAdaptersEvery is { } every)
        {
            _reloading = new AdapterReload(hosted, clock, logger).Run(every, _stopping.Token);
        }

        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _reloading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>All other services have stopped: what waits is answered, as long as the host gives time.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (hosted.Loaded is { } model)
        {
            PeftLog.Draining(logger, hosted.Name, model.QueuedRequests);
            try
            {
                await model.DrainAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                PeftLog.NotDrained(logger, hosted.Name);
            }
        }

        await hosted.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }
}
