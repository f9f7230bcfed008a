namespace PeftIntegrations.Data.Tests;

public sealed class AStreamingDecoder
{
    [Theory]
    [InlineData("llama2")]
    [InlineData("smollm2")]
    public void Gives_what_never_became_whole_at_the_end(string name)
    {
        var tokenizer = Golden.Copy(name);
        var stream = tokenizer.CreateStream();
        var ids = tokenizer.Encode("x😀", addSpecialTokens: false).Ids;

        var pieces = ids.SkipLast(1).Select(stream.Push).ToList();

        Assert.Equal("x", string.Concat(pieces));
        Assert.Contains('\ufffd', stream.Flush()!);
        Assert.Null(stream.Flush());
        Assert.Equal(pieces, ids.SkipLast(1).Select(stream.Push));
    }

    [Fact]
    public void Leaves_special_tokens_out_unless_asked()
    {
        var tokenizer = Golden.Copy("smollm2");

        Assert.Null(tokenizer.CreateStream().Push(1));
        Assert.Equal("<|im_start|>", tokenizer.CreateStream(skipSpecialTokens: false).Push(1));
    }

    [Fact]
    public void Shows_the_special_tokens_that_are_named()
    {
        var tokenizer = Golden.Copy("smollm2");
        var stream = tokenizer.CreateStream(["<|im_start|>"]);

        Assert.Equal(("<|im_start|>", null), (stream.Push(1), stream.Push(2)));
        Assert.Equal("a", stream.Push(tokenizer.Encode("a", addSpecialTokens: false).Ids.Single()));
    }
}
