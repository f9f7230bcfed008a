namespace PeftIntegrations.Tests;

public sealed class AnOwnerThread : IAsyncDisposable
{
    private const int Often = 100;
    private readonly OwnerThread _thread = new("test");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await _thread.End(() => { });

    [Fact]
    public void Lets_a_caller_that_asks_time_after_time_do_short_work_himself()
    {
        var first = Place();

        Ask();

        Assert.NotEqual(Environment.CurrentManagedThreadId, first);
        Assert.Equal(Environment.CurrentManagedThreadId, Place());
        Assert.Equal(first, _thread.Do(_ => Environment.CurrentManagedThreadId, Cancellation));
    }

    [Fact]
    public void Does_the_work_of_callers_in_turn_and_of_those_without_gradients_itself()
    {
        Ask();
        int elsewhere = 0, withoutGradients;

        var other = new Thread(() => elsewhere = Place());
        other.Start();
        other.Join();
        Ask();
        using (no_grad()) withoutGradients = Place();

        Assert.NotEqual(other.ManagedThreadId, elsewhere);
        Assert.Equal(elsewhere, withoutGradients);
    }

    [Fact]
    public async Task Never_lets_two_work_at_once()
    {
        var (working, most, done) = (0, 0, 0);
        int Work()
        {
            most = Math.Max(most, Interlocked.Increment(ref working));
            Thread.SpinWait(100);
            Interlocked.Decrement(ref working);
            return ++done;
        }

        void Caller()
        {
            for (var i = 0; i < 3 * Often; i++) _thread.DoShort(_ => Work(), Cancellation);
        }

        var callers = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(Caller, TaskCreationOptions.LongRunning));
        await Task.WhenAll([.. callers, .. Enumerable.Range(0, Often).Select(_ => _thread.Run(Work, Cancellation))]);

        Assert.Equal((1, 13 * Often), (most, done));
    }

    [Fact]
    public async Task Keeps_the_order_of_one_caller()
    {
        Ask();
        var order = new List<int>();

        var first = _thread.Run(
            () =>
            {
                Thread.Sleep(20);
                order.Add(1);
            },
            Cancellation);
        _thread.DoShort(_ => { order.Add(2); return 0; }, Cancellation);
        await first;

        Assert.Equal([1, 2], order);
    }

    [Fact]
    public async Task Asks_a_caller_at_work_to_stop_when_it_ends_and_waits_for_him()
    {
        using var begun = new ManualResetEventSlim();
        var (isFree, wasFree) = (false, false);
        var caller = Task.Factory.StartNew(
            () =>
            {
                Ask();
                _thread.DoShort(
                    stop =>
                    {
                        begun.Set();
                        stop.WaitHandle.WaitOne();
                        Thread.Sleep(20);
                        isFree = true;
                        stop.ThrowIfCancellationRequested();
                        return 0;
                    },
                    Cancellation);
            },
            TaskCreationOptions.LongRunning);
        begun.Wait(Cancellation);

        await _thread.End(() => wasFree = isFree);

        Assert.True(wasFree);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => caller);
        Assert.Throws<ObjectDisposedException>(() => Place());
    }

    private void Ask()
    {
        for (var i = 0; i < Often; i++) Place();
    }

    private int Place() => _thread.DoShort(_ => Environment.CurrentManagedThreadId, Cancellation);
}
