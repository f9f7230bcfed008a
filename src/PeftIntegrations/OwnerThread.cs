using System.Threading.Channels;

namespace PeftIntegrations;

/// <summary>The one thread that does all native work of a model: dispose scopes and gradient mode belong to a thread, tasks do not.</summary>
internal sealed class OwnerThread : IAsyncDisposable
{
    private const int MostWaiting = 1024;
    private readonly Channel<Action> _work = Channel.CreateBounded<Action>(MostWaiting);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OwnerThread(string name)
    {
        var thread = new Thread(Work) { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <summary>Runs <paramref name="work"/> there, after what came before; what it allocates and does not keep is freed after it.</summary>
    /// <exception cref="ObjectDisposedException">The thread has ended.</exception>
    public async Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken = default)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _work.Writer.WriteAsync(() => Do(work, result, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(PeftModel), "The model has been disposed.");
        }

        return await result.Task.ConfigureAwait(false);
    }

    /// <inheritdoc cref="Run{T}"/>
    public Task Run(Action work, CancellationToken cancellationToken = default) => Run<object?>(
        () =>
        {
            work();
            return null;
        },
        cancellationToken);

    /// <summary>Ends the thread after the work that waits.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _ended.Task.ConfigureAwait(false);
    }

    private void Work()
    {
        while (_work.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_work.Reader.TryRead(out var work)) work();
        }

        _ended.SetResult();
    }

    private static void Do<T>(Func<T> work, TaskCompletionSource<T> result, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            result.SetCanceled(cancellationToken);
            return;
        }

        try
        {
            TorchRuntime.Load(); // a scope is libtorch's already
            using var scope = NewDisposeScope();
            result.SetResult(work());
        }
        catch (OperationCanceledException e)
        {
            result.SetCanceled(e.CancellationToken);
        }
        catch (Exception e)
        {
            result.SetException(e);
        }
    }
}
