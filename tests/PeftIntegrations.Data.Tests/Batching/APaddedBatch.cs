namespace PeftIntegrations.Data.Tests;

public sealed class APaddedBatch
{
    [Theory]
    [InlineData(PaddingSide.Right, new[] { 1L, 2, 3, 4, 9, 9 }, new[] { 1L, 1, 1, 1, 0, 0 }, new[] { -100L, 2, 3, 4, -100, -100 })]
    [InlineData(PaddingSide.Left, new[] { 1L, 2, 3, 9, 9, 4 }, new[] { 1L, 1, 1, 0, 0, 1 }, new[] { -100L, 2, 3, -100, -100, 4 })]
    public void Has_rows_of_the_longest_ones_length(PaddingSide side, long[] ids, long[] mask, long[] labels)
    {
        var batch = Padding.ToLongest([new TokenSequence([1, 2, 3], [-100, 2, 3]), new TokenSequence([4], [4])], 9, side);

        Assert.Equal((2, 3), (batch.Rows, batch.Length));
        Assert.Equal(ids, batch.Ids);
        Assert.Equal(mask, batch.Mask);
        Assert.Equal(labels, batch.Labels);
    }

    [Fact]
    public void Has_at_least_one_row() => Assert.Throws<ArgumentException>(() => Padding.ToLongest(Array.Empty<TokenSequence>(), 0));
}
