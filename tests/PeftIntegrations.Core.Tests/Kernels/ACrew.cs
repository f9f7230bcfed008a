namespace PeftIntegrations.Core.Tests;

public sealed class ACrew
{
    [Fact]
    public void Does_each_part_once_however_many_ask()
    {
        const int rounds = 200, parts = 7;
        var done = new int[4, parts];

        Parallel.For(0, 4, asker =>
        {
            for (var round = 0; round < rounds; round++) Crew.Run(parts, part => Interlocked.Increment(ref done[asker, part]));
        });

        Assert.All(done.Cast<int>(), times => Assert.Equal(rounds, times));
    }

    [Fact]
    public void Works_again_after_it_slept()
    {
        var done = 0;

        for (var round = 0; round < 5; round++)
        {
            Thread.Sleep(5);
            Crew.Run(3, _ => Interlocked.Increment(ref done));
        }

        Assert.Equal(15, done);
    }

    [Fact]
    public void Tells_the_asker_what_went_wrong_and_works_on()
    {
        var failure = Assert.Throws<InvalidOperationException>(() =>
            Crew.Run(4, part => { if (part == 3) throw new InvalidOperationException("part 3"); }));

        var done = 0;
        Crew.Run(4, _ => Interlocked.Increment(ref done));
        Assert.Equal(("part 3", 4), (failure.Message, done));
    }
}
