namespace PeftIntegrations;

/// <summary>Counts the requests of a model: refuses those that are too many, and tells when all are answered.</summary>
/// <param name="mostServed">How many are served at once.</param>
/// <param name="mostWaiting">How many may wait besides those.</param>
/// <param name="model">What telemetry calls the model.</param>
internal sealed class RequestQueue(int mostServed, int mostWaiting, KeyValuePair<string, object?> model)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _drained;
    private int _count;

    /// <summary>The requests that wait while others are served.</summary>
    public int Waiting => Math.Max(0, Volatile.Read(ref _count) - mostServed);

    /// <summary>Takes a place, to be disposed of when the request is answered.</summary>
    /// <exception cref="RequestQueueFullException">There is none.</exception>
    /// <exception cref="ObjectDisposedException">No more requests are taken.</exception>
    public Place Enter()
    {
        lock (_lock)
        {
            if (_drained is not null)
            {
                throw new ObjectDisposedException(nameof(PeftModel), "The model is being stopped; it takes no more requests.");
            }

            if (_count - mostServed >= mostWaiting) throw new RequestQueueFullException(mostWaiting);
            if (++_count > mostServed) Telemetry.QueueLength.Add(1, model);
        }

        return new(this);
    }

    /// <summary>Takes no more requests, and waits until those there are have been answered.</summary>
    public Task Drain()
    {
        lock (_lock)
        {
            _drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_count == 0) _drained.TrySetResult();
            return _drained.Task;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (_count-- > mostServed) Telemetry.QueueLength.Add(-1, model);
            if (_count == 0) _drained?.TrySetResult();
        }
    }

    /// <summary>The place of one request.</summary>
    public readonly struct Place(RequestQueue queue) : IDisposable
    {
        public void Dispose() => queue.Leave();
    }
}
