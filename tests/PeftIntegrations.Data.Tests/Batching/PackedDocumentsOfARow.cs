namespace PeftIntegrations.Data.Tests;

public sealed class PackedDocumentsOfARow
{
    [Theory]
    [InlineData(1, 1000, 1)]
    [InlineData(500, 1000, 2)]
    [InlineData(500, 50, 3)]
    [InlineData(500, 1, null)]
    public void Are_each_there_once_and_fit(int count, int window, int? seed)
    {
        var lengths = Lengths(count);
        var packing = new Packing { Window = window };

        var rows = packing.Rows(lengths, capacity: 100, seed);

        Assert.Equal(Enumerable.Range(0, count), rows.SelectMany(row => row).Order());
        Assert.All(rows, row => Assert.InRange(row.Sum(document => lengths[document]), 1, 100));
        Assert.Equal(rows, packing.Rows(lengths, 100, seed));
    }

    [Fact]
    public void Leave_little_room()
    {
        var lengths = Lengths(500);

        var rows = new Packing().Rows(lengths, capacity: 100, seed: 1);

        Assert.InRange(rows.Count, lengths.Sum() / 100, lengths.Sum() / 100 * 1.05);
        Assert.NotEqual(rows, new Packing().Rows(lengths, 100, seed: 2));
    }

    [Fact]
    public void Are_named_where_they_are_longer_than_a_row()
    {
        var e = Assert.Throws<ArgumentException>(() => new Packing().Rows([5, 9, 3, 12], capacity: 8, seed: 1));

        Assert.Contains("Packed rows have 8 tokens, and 2 examples more: 2 has 9, 4 has 12. Raise Packing.Length", e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Need_room_for_two_tokens()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Packing { Length = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Packing { Window = 0 });
    }

    private static int[] Lengths(int count)
    {
        var random = new Random(4);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(2, 61))];
    }
}
