namespace PeftIntegrations.Data.Tests;

public sealed class EncodedTextsOfABatch
{
    private static readonly Tokenizer Tokenizer = Golden.Copy("llama2");

    [Fact]
    public void Are_padded_with_their_segments()
    {
        var batch = Padding.TextsToLongest([new([5, 6, 7], [0, 1, 1]), new([8])], paddingId: 9);

        Assert.Equal([5, 6, 7, 8, 9, 9], batch.Ids);
        Assert.Equal([1, 1, 1, 1, 0, 0], batch.Mask);
        Assert.Equal([0, 1, 1, 0, 0, 0], batch.TypeIds!);
        Assert.Null(Padding.TextsToLongest([new([5])], paddingId: 9).TypeIds);
        Assert.All(batch.Labels, label => Assert.Equal(TokenSequence.Unsupervised, label));
    }

    [Fact]
    public void Are_cut_only_when_asked()
    {
        var limit = new TokenSequenceOptions { MaxLength = 3 };

        var error = Assert.Throws<ArgumentException>(() => EncodedTexts.From([("a", null), ("one two three", null)], Tokenizer, limit));
        var cut = EncodedTexts.From([("one two three", null)], Tokenizer, limit with { Overflow = Overflow.Truncate });

        Assert.Contains("text 2 has", error.Message, StringComparison.Ordinal);
        Assert.Contains("3 are read at most", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, cut[0].Length);
    }

    [Fact]
    public void Are_never_split_and_never_without_a_token()
    {
        var split = Refused("a", new() { Overflow = Overflow.Split });
        var none = Refused("", new() { AddSpecialTokens = false });

        Assert.Contains("Use Truncate", split.Message, StringComparison.Ordinal);
        Assert.Contains("text 1 has no token", none.Message, StringComparison.Ordinal);

        static ArgumentException Refused(string text, TokenSequenceOptions options) =>
            Assert.Throws<ArgumentException>(() => EncodedTexts.From([(text, null)], Tokenizer, options));
    }
}
