namespace PeftIntegrations.Data.Tests;

public sealed class APlanOfBatches
{
    [Theory]
    [InlineData(10, 3, 4)]
    [InlineData(9, 3, 3)]
    [InlineData(1, 8, 1)]
    public void Holds_each_example_once_an_epoch(int count, int size, int batches)
    {
        var plan = new BatchPlan(count, size, seed: 1);

        var epoch = plan.Batches(3);

        Assert.Equal(batches, plan.BatchesPerEpoch);
        Assert.Equal(batches, epoch.Count);
        Assert.Equal(Enumerable.Range(0, count), epoch.SelectMany(batch => batch).Order());
        Assert.All(epoch.SkipLast(1), batch => Assert.Equal(size, batch.Length));
        Assert.Equal(plan.Order(3), epoch.SelectMany(batch => batch));
    }

    [Fact]
    public void Is_a_function_of_seed_and_epoch()
    {
        var plan = new BatchPlan(50, 8, seed: 42);

        Assert.Equal(plan.Order(1), new BatchPlan(50, 4, seed: 42).Order(1));
        Assert.NotEqual(plan.Order(0), plan.Order(1));
        Assert.NotEqual(plan.Order(0), new BatchPlan(50, 8, seed: 43).Order(0));
        Assert.Equal(Enumerable.Range(0, 50), new BatchPlan(50, 8, seed: null).Order(1));
    }

    [Fact]
    public void Gives_every_example_every_place_equally_often()
    {
        var plan = new BatchPlan(5, 5, seed: 0);

        var places = Enumerable.Range(0, 5000).Select(epoch => Array.IndexOf(plan.Order(epoch), 0)).CountBy(place => place);

        Assert.All(places, place => Assert.InRange(place.Value, 850, 1150));
    }

    [Fact]
    public void Refuses_numbers_below_one()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchPlan(0, 1, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchPlan(1, 0, null));
    }
}
