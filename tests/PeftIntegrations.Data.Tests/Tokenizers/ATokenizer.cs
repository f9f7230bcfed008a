using System.Diagnostics;
using System.Globalization;

namespace PeftIntegrations.Data.Tests;

public sealed class ATokenizer
{
    [Theory]
    [InlineData("llama2", "lone \ud83d high")]
    [InlineData("smollm2", "lone \ud83d high")]
    [InlineData("llama2", "\udc00")]
    [InlineData("smollm2", "\udc00")]
    public void Takes_half_a_surrogate_pair_for_the_replacement_character(string name, string text)
    {
        var tokenizer = Golden.Copy(name);

        var encoding = tokenizer.Encode(text);

        Assert.Equal(tokenizer.Encode(text.Replace('\ud83d', '\ufffd').Replace('\udc00', '\ufffd')).Ids, encoding.Ids);
    }

    [Theory]
    [InlineData("llama2")]
    [InlineData("smollm2")]
    public void Takes_NUL_and_no_text_at_all(string name)
    {
        var tokenizer = Golden.Copy(name);

        var ids = tokenizer.Encode("a\0b", addSpecialTokens: false).Ids;

        Assert.Equal("a\0b", tokenizer.Decode(ids));
        Assert.Empty(tokenizer.Encode("", addSpecialTokens: false).Ids);
        Assert.Equal("", tokenizer.Decode([]));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1500)]
    [InlineData(int.MaxValue)]
    public void Names_an_id_that_stands_for_no_token(int id)
    {
        var tokenizer = Golden.Copy("llama2");

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([5, id]));

        Assert.Contains(id.ToString(CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        Assert.Contains("1499", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.CreateStream().Push(id));
    }

    [Theory]
    [InlineData("llama2", "word ")]
    [InlineData("llama2", "a")]
    [InlineData("smollm2", "word 12, ")]
    [InlineData("smollm2", "a")]
    [InlineData("smollm2", " ")]
    [InlineData("smollm2", "😀")]
    public void Encodes_a_megabyte_in_seconds(string name, string unit)
    {
        var tokenizer = Golden.Copy(name);
        var text = string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length));
        var clock = Stopwatch.StartNew();

        var encoding = tokenizer.Encode(text, addSpecialTokens: false);

        Assert.Equal(text, tokenizer.Decode(encoding.Ids));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"It took {clock.Elapsed}.");
    }

    [Fact]
    public void Gives_the_same_to_many_threads_at_once()
    {
        var tokenizer = Golden.Copy("smollm2");
        var texts = Golden.CasesOfCopy("smollm2").Encode;

        Parallel.For(0, 2000, i => Assert.Equal(texts[i % texts.Length].Ids, tokenizer.Encode(texts[i % texts.Length].Text).Ids));
    }

    [Fact]
    public void Finds_ids_and_tokens()
    {
        var tokenizer = Golden.Copy("smollm2");

        Assert.Equal(1, tokenizer.IdOf("<|im_start|>"));
        Assert.Equal("<|im_start|>", tokenizer.TokenOf(1));
        Assert.Null(tokenizer.IdOf("no such token"));
        Assert.Equal(1500, tokenizer.VocabularySize);
    }

    [Theory]
    [InlineData(PaddingSide.Right, new[] { 7, 8, 1, 1 })]
    [InlineData(PaddingSide.Left, new[] { 1, 1, 7, 8 })]
    public void Pads_a_batch_to_its_longest(PaddingSide side, int[] where)
    {
        var tokenizer = Golden.Copy("llama2");
        var padding = new EncodingPadding(2, "</s>") { Side = side, MultipleOf = 4 };

        var batch = tokenizer.EncodeBatch(["a", "ab ab"], new EncodingOptions { Padding = padding });

        var encoding = batch[0];
        Assert.All(batch, one => Assert.Equal(4, one.Ids.Count));
        Assert.Equal(where.Select(w => w == 1 ? 0 : 1), encoding.AttentionMask);
        Assert.Equal(where.Select(w => w == 1 ? "</s>" : w == 7 ? "<s>" : "▁a"), encoding.Tokens);
    }

    [Fact]
    public void Refuses_a_limit_that_its_special_tokens_exceed()
    {
        var tokenizer = Golden.Copy("llama2");
        var options = new EncodingOptions { Truncation = new Truncation(0) };

        var error = Assert.Throws<ArgumentException>(() => tokenizer.Encode("a", null, options));

        Assert.Contains("adds 1 special tokens", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truncates_the_text_of_a_pair_that_it_is_told_to()
    {
        var tokenizer = Golden.Copy("llama2");
        var options = new EncodingOptions { Truncation = new Truncation(6) { Strategy = TruncationStrategy.OnlySecond } };

        var encoding = tokenizer.Encode("Hello", "The quick brown fox", options);

        Assert.Equal(tokenizer.Encode("Hello").Ids, encoding.Ids.Take(4));
        Assert.Equal(6, encoding.Ids.Count);
    }
}
