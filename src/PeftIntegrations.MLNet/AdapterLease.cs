namespace PeftIntegrations.MLNet;

/// <summary>A shared model, and the adapter in it that one user has for himself.</summary>
/// <param name="shared">The model; the lease disposes it.</param>
/// <param name="name">The adapter's name in it; null for the model alone.</param>
internal sealed class AdapterLease(SharedModel shared, string? name) : IDisposable
{
    private readonly PeftModel _model = shared.Model;
    private int _released;

    /// <summary>Drops the adapter without waiting, where nobody disposed the lease.</summary>
    ~AdapterLease() => _ = DropAsync();

    /// <summary>The model.</summary>
    /// <exception cref="ObjectDisposedException">The lease has been disposed.</exception>
    public PeftModel Model => _released == 0
        ? _model
        : throw new ObjectDisposedException(
            nameof(PeftTransformer), "The transformer has been disposed, by its owner or by a prediction engine. Give engines that share "
            + "it PredictionEngineOptions with OwnsTransformer = false.");

    /// <summary>The adapter's name.</summary>
    public string? Name => name;

    /// <summary>Drops the adapter and leaves the model. To do so again does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) != 0) return;

        GC.SuppressFinalize(this);
        DropAsync().GetAwaiter().GetResult();
        shared.Dispose();
    }

    private async Task DropAsync()
    {
        if (name is null) return;

        try
        {
            await _model.RemoveAdapterAsync(name).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // the model has gone, and the adapter with it
        }
    }
}
