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

    [Theory]
    [InlineData(1, 4, 1)]
    [InlineData(10, 4, 42)]
    [InlineData(1001, 8, null)]
    public void Groups_examples_of_like_length_the_longest_batch_first(int count, int size, int? seed)
    {
        var random = new Random(3);
        int[] lengths = [.. Enumerable.Range(0, count).Select(_ => random.Next(1, 500))];
        var plan = new BatchPlan(count, size, seed) { Lengths = lengths };

        var epoch = plan.Batches(2);

        Assert.Equal(plan.BatchesPerEpoch, epoch.Count);
        Assert.Equal(Enumerable.Range(0, count), epoch.SelectMany(batch => batch).Order());
        Assert.Equal(lengths.Max(), lengths[epoch[0][0]]);
        Assert.Equal(epoch, new BatchPlan(count, size, seed) { Lengths = lengths }.Batches(2));
        var padded = epoch.Sum(batch => batch.Length * batch.Max(example => lengths[example]));
        var before = new BatchPlan(count, size, seed).Batches(2).Sum(batch => batch.Length * batch.Max(example => lengths[example]));
        Assert.True(count < 100 || padded < 0.7 * before, $"{padded} tokens with padding, {before} without grouping");
    }

    [Fact]
    public void Needs_the_length_of_each_example()
    {
        var e = Assert.Throws<ArgumentException>(() => new BatchPlan(3, 1, null) { Lengths = [1, 2] });

        Assert.Contains("2 lengths for 3 examples", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_numbers_below_one()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchPlan(0, 1, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchPlan(1, 0, null));
    }
}
