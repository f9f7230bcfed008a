using System.Text;

namespace PeftIntegrations.Data.Tests;

public sealed class TheBytesOfATokenizer
{
    private const string Text = "Once, \"Zoë\" said: {\"a\": [1, 2.5]}\n\t日本 😀!  it's  two";

    [Theory]
    [InlineData("smollm2")]
    [InlineData("llama2")]
    [InlineData("bert-uncased")]
    public void Are_together_the_text_that_the_tokens_decode_to(string name)
    {
        var tokenizer = Golden.Copy(name);
        var ids = tokenizer.Encode(Text, addSpecialTokens: false).Ids;

        var bytes = ids.SelectMany((id, i) => tokenizer.BytesOf(id, isFirst: i == 0)).ToArray();

        Assert.Equal(tokenizer.Decode(ids), System.Text.Encoding.UTF8.GetString(bytes));
    }

    [Theory]
    [InlineData("smollm2")]
    [InlineData("llama2")]
    [InlineData("bert-uncased")]
    public void Are_together_the_text_of_any_tokens_in_any_order(string name)
    {
        var tokenizer = Golden.Copy(name);
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            int[] ids = [.. Enumerable.Range(0, 12).Select(_ => random.Next(tokenizer.VocabularySize)).Where(id => IsText(tokenizer, id))];

            var bytes = ids.SelectMany((id, i) => tokenizer.BytesOf(id, isFirst: i == 0)).ToArray();

            Assert.Equal(tokenizer.Decode(ids), System.Text.Encoding.UTF8.GetString(bytes));
        }
    }

    [Theory]
    [InlineData("smollm2")]
    [InlineData("llama2")]
    public void Reach_every_byte(string name)
    {
        var tokenizer = Golden.Copy(name);

        var single = Enumerable.Range(0, tokenizer.VocabularySize).Select(id => tokenizer.BytesOf(id)).Where(bytes => bytes.Length == 1);

        Assert.Equal(256, single.Select(bytes => bytes[0]).Distinct().Count());
    }

    [Theory]
    [InlineData("llama2", "▁the", " the", "the")]
    [InlineData("smollm2", "Ġthe", " the", " the")]
    [InlineData("bert-uncased", "##s", "s", "##s")]
    [InlineData("bert-uncased", "the", " the", "the")]
    [InlineData("bert-uncased", ",", ",", ",")]
    public void Leave_a_blank_out_where_the_text_begins(string name, string token, string inside, string first)
    {
        var tokenizer = Golden.Copy(name);
        var id = tokenizer.IdOf(token)!.Value;

        Assert.Equal(inside, System.Text.Encoding.UTF8.GetString(tokenizer.BytesOf(id)));
        Assert.Equal(first, System.Text.Encoding.UTF8.GetString(tokenizer.BytesOf(id, isFirst: true)));
    }

    [Fact]
    public void Are_none_for_a_special_token()
    {
        var tokenizer = Golden.Copy("llama2");

        Assert.True(tokenizer.IsSpecial(1));
        Assert.Empty(tokenizer.BytesOf(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.BytesOf(1_000_000));
    }

    private static bool IsText(Tokenizer tokenizer, int id)
    {
        var bytes = tokenizer.BytesOf(id);
        try
        {
            return bytes.Length > 0 && new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).Length > 0;
        }
        catch (DecoderFallbackException)
        {
            return false; // half a character: which replacement characters it makes depends on its neighbours
        }
    }
}
