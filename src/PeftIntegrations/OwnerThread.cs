using System.Threading.Channels;

namespace PeftIntegrations;

/// <summary>
/// The one thread that does all native work of a model: dispose scopes and gradient mode belong to a thread, tasks do not.
/// </summary>
internal sealed class OwnerThread
{
    private const int MostWaiting = 1024;
    private readonly Channel<Action> _work = Channel.CreateBounded<Action>(MostWaiting);
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action? _last;

    public OwnerThread(string name)
    {
        var thread = new Thread(Work) { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <summary>Whether work waits while other work is done.</summary>
    public bool HasWaiting => _work.Reader.Count > 0;

    /// <summary>Runs <paramref name="work"/> there, after what came before; what it allocates and does not keep is freed.</summary>
    /// <param name="work">The work; the token it gets asks it to stop.</param>
    /// <param name="cancellationToken">Asks it to stop; while it waits for its turn, ends it at once.</param>
    /// <exception cref="ObjectDisposedException">The thread has ended, or ended before the work did.</exception>
    public async Task<T> Run<T>(Func<CancellationToken, T> work, CancellationToken cancellationToken = default)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isTaken = 0; // by the thread, or by a cancellation that came before its turn
        using var leave = cancellationToken.UnsafeRegister(
            _ =>
            {
                if (Interlocked.Exchange(ref isTaken, 1) == 0) result.SetCanceled(cancellationToken);
            },
            null);
        try
        {
            await _work.Writer.WriteAsync(Begin, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw Disposed();
        }

        return await result.Task.ConfigureAwait(false);

        void Begin()
        {
            if (Interlocked.Exchange(ref isTaken, 1) == 0) Do(work, result, cancellationToken);
        }
    }

    /// <inheritdoc cref="Run{T}(Func{CancellationToken, T}, CancellationToken)"/>
    public Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken = default) => Run(_ => work(), cancellationToken);

    /// <inheritdoc cref="Run{T}(Func{CancellationToken, T}, CancellationToken)"/>
    public Task Run(Action work, CancellationToken cancellationToken = default) => Run<object?>(
        _ =>
        {
            work();
            return null;
        },
        cancellationToken);

    /// <summary>Stops what runs, ends what waits, does <paramref name="last"/> (of the first call) and ends the thread.</summary>
    public async Task End(Action last)
    {
        Interlocked.CompareExchange(ref _last, last, null);
        _work.Writer.TryComplete();
        await _ending.CancelAsync().ConfigureAwait(false);
        await _ended.Task.ConfigureAwait(false);
    }

    private void Work()
    {
        while (_work.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_work.Reader.TryRead(out var work)) work();
        }

        try
        {
            _last?.Invoke();
            _ended.SetResult();
        }
        catch (Exception e)
        {
            _ended.SetException(e);
        }
    }

    private void Do<T>(Func<CancellationToken, T> work, TaskCompletionSource<T> result, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
        try
        {
            result.SetResult(InScope(work, stop.Token));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            result.SetCanceled(cancellationToken);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            result.SetException(Disposed());
        }
        catch (Exception e)
        {
            result.SetException(e);
        }
    }

    private static T InScope<T>(Func<CancellationToken, T> work, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        TorchRuntime.Load(); // a scope is libtorch's already
        using var scope = NewDisposeScope();
        return work(stop);
    }

    private static ObjectDisposedException Disposed() => new(nameof(PeftModel), "The model has been disposed.");
}
