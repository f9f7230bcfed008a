using System.Diagnostics;
using System.Threading.Channels;

namespace PeftIntegrations;

/// <summary>
/// Does all native work of a model, one piece after another, on a thread of its own: dispose scopes and gradient mode belong to a thread,
/// tasks do not. A caller may have its turn for short work (<see cref="DoShort"/>); never are two at work.
/// </summary>
internal sealed class OwnerThread
{
    private const int MostWaiting = 1024;

    // A thread that works for the first time gets helpers from libtorch for as long as it lives, so not every caller shall.
    private const int AskedInARow = 32;

    // Long enough for most callers that go on row by row. Longer, and it keeps from the core the very caller that it has just answered.
    private static readonly TimeSpan Spin = TimeSpan.FromMicroseconds(50);

    // Whoever writes wakes the thread himself, not by way of the thread pool.
    private readonly Channel<Action> _work = Channel.CreateBounded<Action>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, AllowSynchronousContinuations = true });

    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _turn = new(); // whoever holds it works
    private int _unfinished; // in the queue, or taken from it
    private int _asker;
    private int _askedInARow;
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
        using var piece = new Piece<T>(work, _ending.Token, cancellationToken);
        Interlocked.Increment(ref _unfinished);
        try
        {
            await _work.Writer.WriteAsync(piece.Begin, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Interlocked.Decrement(ref _unfinished);
            if (e is ChannelClosedException) throw Disposed();
            throw;
        }

        return await piece.Result.ConfigureAwait(false);
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

    /// <summary>The same for a caller that blocks: the end of the work wakes him at once, not by way of the thread pool.</summary>
    /// <inheritdoc cref="Run{T}(Func{CancellationToken, T}, CancellationToken)"/>
    public T Do<T>(Func<CancellationToken, T> work, CancellationToken cancellationToken = default)
    {
        using var piece = new Piece<T>(work, _ending.Token, cancellationToken);
        Interlocked.Increment(ref _unfinished);
        if (_work.Writer.TryWrite(piece.Begin)) return piece.Result.GetAwaiter().GetResult();

        Interlocked.Decrement(ref _unfinished);
        return Run(work, cancellationToken).GetAwaiter().GetResult(); // full or closed
    }

    /// <summary>
    /// The same for short work: a caller that asks for it time after time does it himself while nobody else is at work. To wake a thread
    /// and be woken takes longer than all else that surrounds it.
    /// </summary>
    /// <inheritdoc cref="Run{T}(Func{CancellationToken, T}, CancellationToken)"/>
    public T DoShort<T>(Func<CancellationToken, T> work, CancellationToken cancellationToken = default)
    {
        using var piece = new Piece<T>(work, _ending.Token, cancellationToken);
        return AsksAgain() && TryDoHere(piece.Begin) ? piece.Result.GetAwaiter().GetResult() : Do(work, cancellationToken);
    }

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
        do
        {
            while (Next() is { } work)
            {
                lock (_turn) work();
                Interlocked.Decrement(ref _unfinished);
            }
        }
        while (_work.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult());

        try
        {
            lock (_turn) _last?.Invoke();
            _ended.SetResult();
        }
        catch (Exception e)
        {
            _ended.SetException(e);
        }
    }

    private bool AsksAgain()
    {
        var caller = Environment.CurrentManagedThreadId;
        if (Interlocked.Exchange(ref _asker, caller) != caller) _askedInARow = 0;
        return ++_askedInARow > AskedInARow;
    }

    private bool TryDoHere(Action work)
    {
        if (Volatile.Read(ref _unfinished) > 0 || !_turn.TryEnter()) return false;
        try
        {
            // the end has come, or the caller's thread is in another state than this one
            if (_ending.IsCancellationRequested || !is_grad_enabled() || is_inference_mode_enabled()) return false;

            work();
            return true;
        }
        finally
        {
            _turn.Exit();
        }
    }

    private Action? Next()
    {
        var begun = Stopwatch.GetTimestamp();
        do
        {
            if (_work.Reader.TryRead(out var work)) return work;

            Thread.SpinWait(20);
            Thread.Yield(); // whoever else wants the core has it
        }
        while (Stopwatch.GetElapsedTime(begun) < Spin && !_ending.IsCancellationRequested);

        return null;
    }

    private static ObjectDisposedException Disposed() => new(nameof(PeftModel), "The model has been disposed.");

    /// <summary>Work that waits for its turn, is done, or was cancelled before.</summary>
    private sealed class Piece<T> : IDisposable
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Func<CancellationToken, T> _work;
        private readonly CancellationToken _ending;
        private readonly CancellationToken _cancelled;
        private readonly CancellationTokenRegistration _leave;
        private int _isTaken; // by the thread, or by a cancellation that came before its turn

        public Piece(Func<CancellationToken, T> work, CancellationToken ending, CancellationToken cancelled)
        {
            (_work, _ending, _cancelled) = (work, ending, cancelled);
            _leave = cancelled.UnsafeRegister(
                _ =>
                {
                    if (Interlocked.Exchange(ref _isTaken, 1) == 0) _result.SetCanceled(cancelled);
                },
                null);
        }

        public Task<T> Result => _result.Task;

        public void Begin()
        {
            if (Interlocked.Exchange(ref _isTaken, 1) == 0) Do();
        }

        public void Dispose() => _leave.Dispose();

        private void Do()
        {
            using var both = _cancelled.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(_cancelled, _ending) : null;
            try
            {
                _result.SetResult(InScope(both?.Token ?? _ending));
            }
            catch (OperationCanceledException) when (_cancelled.IsCancellationRequested)
            {
                _result.SetCanceled(_cancelled);
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                _result.SetException(Disposed());
            }
            catch (Exception e)
            {
                _result.SetException(e);
            }
        }

        private T InScope(CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            TorchRuntime.Load(); // a scope is libtorch's already
            using var scope = NewDisposeScope();
            return _work(stop);
        }
    }
}
