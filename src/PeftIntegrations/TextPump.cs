using System.Collections.Concurrent;
using System.Diagnostics;

namespace PeftIntegrations;

/// <summary>Keeps a model's thread writing texts while there are orders, and gives way to other work between two tokens.</summary>
/// <param name="thread">The thread.</param>
/// <param name="batch">What writes; of the thread alone.</param>
internal sealed class TextPump(OwnerThread thread, SharedBatch batch)
{
    private static readonly TimeSpan LongestSlice = TimeSpan.FromSeconds(2);
    private readonly ConcurrentQueue<TextOrder> _orders = new();
    private int _isRunning;
    private long? _gaveWay;

    /// <summary>Has texts written.</summary>
    public Task<IReadOnlyList<GeneratedText>> Write(TextOrder order)
    {
        var written = order.Written();
        _orders.Enqueue(order);
        _ = Run();
        return written;
    }

    private async Task Run()
    {
        while (!_orders.IsEmpty && Interlocked.Exchange(ref _isRunning, 1) == 0)
        {
            try
            {
                while (await thread.Run(Slice).ConfigureAwait(false))
                {
                }
            }
            catch (Exception problem)
            {
                while (_orders.TryDequeue(out var order)) order.Fail(problem); // those that have begun end with the thread
            }

            Volatile.Write(ref _isRunning, 0);
        }
    }

    /// <summary>Writes until nothing is left; or, where other work waits, for as long as other work took since the last time.</summary>
    /// <returns>Whether something is left.</returns>
    private bool Slice(CancellationToken stop)
    {
        var (began, others) = (Stopwatch.GetTimestamp(), _gaveWay is { } then ? Stopwatch.GetElapsedTime(then) : TimeSpan.Zero);
        var slice = others < LongestSlice ? others : LongestSlice;
        do
        {
            while (_orders.TryDequeue(out var order)) batch.Add(order);
            Next(stop);
        }
        while (!batch.IsIdle && (!thread.HasWaiting || Stopwatch.GetElapsedTime(began) < slice));

        _gaveWay = batch.IsIdle ? null : Stopwatch.GetTimestamp();
        return !batch.IsIdle || !_orders.IsEmpty;
    }

    private void Next(CancellationToken stop)
    {
        try
        {
            batch.Next(stop);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            batch.Fail(problem); // nobody is left waiting
        }
    }
}
