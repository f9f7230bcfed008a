using System.Runtime.ExceptionServices;

namespace PeftIntegrations.Core;

/// <summary>
/// Shares short work among the processors. A token takes hundreds of pieces of some 20 µs: <see cref="Parallel"/> costs half of that to
/// start and end one, so these threads wait awake for a moment before they sleep, and whoever asks does what is left itself.
/// </summary>
public static class Crew
{
    private const int NumbersAtOnce = 1 << 13; // some µs of work
    private const int AwakeTicks = 100; // µs of waiting for the next piece before a thread sleeps

    private static readonly Lock Turn = new();
    private static readonly SemaphoreSlim Wake = new(0);
    private static int _sleeping;
    private static int _threads;
    private static volatile Work? _current;

    /// <summary>Threads that share the work, the asking one included: as many as libtorch uses.</summary>
    public static int Size => Math.Max(1, get_num_threads());

    /// <summary>Runs each part once, and returns when all are done. Parts may run at the same time, in any order.</summary>
    /// <param name="parts">How many; some more than <see cref="Size"/>, so that a late thread delays nobody.</param>
    /// <param name="part">What is done with the number of a part, from 0.</param>
    public static void Run(int parts, Action<int> part)
    {
        if (parts <= 1 || Size == 1 || !Turn.TryEnter())
        {
            for (var i = 0; i < parts; i++) part(i);
            return;
        }

        try
        {
            Share(new(parts, part));
        }
        finally
        {
            Turn.Exit();
        }
    }

    /// <summary>Shares rows, a run of them a part; few short ones stay on the asking thread.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="length">Numbers of each.</param>
    /// <param name="part">What is done with the rows from the first number up to the second.</param>
    public static void RunRows(int rows, int length, Action<int, int> part)
    {
        var parts = (int)Math.Clamp((long)rows * length / NumbersAtOnce, 1, Math.Clamp(rows, 1, 4 * Size));
        if (parts == 1) part(0, rows);
        else Run(parts, i => part(Start(i), Start(i + 1)));

        int Start(int i) => (int)((long)rows * i / parts);
    }

    private static void Share(Work work)
    {
        for (; _threads < Size - 1; _threads++) new Thread(Help) { IsBackground = true, Name = $"Crew {_threads + 1}" }.Start();
        _current = work;
        if (Interlocked.Exchange(ref _sleeping, 0) is > 0 and var sleepers) Wake.Release(sleepers);
        work.Take();
        work.AwaitTheOthers();
        _current = null;
        work.ThrowIfFailed();
    }

    private static void Help()
    {
        Work? last = null;
        while (true)
        {
            last = Next(last);
            last.Take();
        }
    }

    private static Work Next(Work? last)
    {
        while (true)
        {
            var until = System.Diagnostics.Stopwatch.GetTimestamp() + AwakeTicks * System.Diagnostics.Stopwatch.Frequency / 1_000_000;
            do
            {
                if (_current is { } work && work != last) return work;
                Thread.SpinWait(20);
            }
            while (System.Diagnostics.Stopwatch.GetTimestamp() < until);

            Interlocked.Increment(ref _sleeping); // work that comes before this is done without us
            Wake.Wait();
        }
    }

    private sealed class Work(int parts, Action<int> part)
    {
        private int _taken;
        private int _done;
        private ExceptionDispatchInfo? _failure;

        public void Take()
        {
            for (int i; (i = Interlocked.Increment(ref _taken) - 1) < parts;)
            {
                try
                {
                    part(i);
                }
                catch (Exception e)
                {
                    _failure ??= ExceptionDispatchInfo.Capture(e); // told on the asking thread
                }

                Interlocked.Increment(ref _done);
            }
        }

        public void AwaitTheOthers()
        {
            var wait = default(SpinWait);
            while (Volatile.Read(ref _done) < parts) wait.SpinOnce(sleep1Threshold: -1);
        }

        public void ThrowIfFailed() => _failure?.Throw();
    }
}
