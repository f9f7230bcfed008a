namespace PeftIntegrations.Data.Tests;

public sealed class SequencesOfTokens
{
    private static readonly Tokenizer Llama = WithEnd();

    [Theory]
    [InlineData(10, 4, new[] { 4, 4, 3 })]
    [InlineData(11, 4, new[] { 4, 4, 4 })]
    [InlineData(12, 4, new[] { 4, 4, 4 })]
    [InlineData(3, 8, new[] { 4 })]
    public void Split_raw_text_into_windows_and_drop_a_last_one_of_one_token(int words, int length, int[] expected)
    {
        var text = string.Join(' ', Enumerable.Repeat("the", words));
        var ids = Llama.Encode(text).Ids;

        var rows = TokenSequences.From(Texts.FromText(text), Llama, new TokenSequenceOptions { MaxLength = length });

        Assert.Equal(expected, rows.Select(row => row.Length));
        Assert.Equal(ids.Take(expected.Sum()), rows.SelectMany(row => row.Ids));
        Assert.All(rows, row => Assert.Equal(row.Ids, row.Labels));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Join_prompt_completion_and_end_and_leave_the_prompt_unlearnt(bool supervisePrompt)
    {
        var prompt = Llama.Encode("Hello").Ids;
        var completion = Llama.Encode("world", addSpecialTokens: false).Ids;
        var options = new TokenSequenceOptions { SupervisePrompt = supervisePrompt };

        var row = Assert.Single(TokenSequences.From(Texts.FromPairs([("Hello", "world")]), Llama, options));

        Assert.Equal([.. prompt, .. completion, 2], row.Ids);
        Assert.Equal([.. supervisePrompt ? prompt : prompt.Select(_ => -100), .. completion, 2], row.Labels);
    }

    [Fact]
    public void Have_no_special_tokens_where_none_are_asked_for()
    {
        var options = new TokenSequenceOptions { AddSpecialTokens = false };

        var row = Assert.Single(TokenSequences.From(Texts.FromPairs([("Hello", "world")]), Llama, options));

        Assert.Equal([.. Llama.Encode("Hello", false).Ids, .. Llama.Encode("world", false).Ids], row.Ids);
    }

    [Theory]
    [InlineData(null, "example 2 has 17 tokens, and MaxLength is 5. Allow more, shorten it, or use Overflow.Truncate.")]
    [InlineData(Overflow.Error, "example 2 has 17 tokens")]
    [InlineData(Overflow.Split, "Overflow.Truncate")]
    public void Refuse_a_pair_that_is_too_long(Overflow? overflow, string reason)
    {
        var texts = Texts.FromPairs([("a", "b"), ("the the the the the the", "the the the the the the the the the")]);
        var options = new TokenSequenceOptions { MaxLength = 5, Overflow = overflow };

        var error = Assert.Throws<ArgumentException>(() => TokenSequences.From(texts, Llama, options));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("example 1 ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truncate_when_told_to()
    {
        var texts = Texts.FromPairs([("a", "the the the the the the")]);
        var options = new TokenSequenceOptions { MaxLength = 5, Overflow = Overflow.Truncate };

        var row = Assert.Single(TokenSequences.From(texts, Llama, options));

        Assert.Equal(5, row.Length);
        Assert.Equal([-100, -100], row.Labels.Take(2));
        Assert.Equal(row.Ids[2..], row.Labels[2..]);
    }

    [Fact]
    public void Refuse_examples_that_teach_nothing()
    {
        var pairs = Texts.FromPairs([("the the the the", "x"), ("a", "b")]);
        var cut = new TokenSequenceOptions { MaxLength = 3, Overflow = Overflow.Truncate };
        var bare = new TokenSequenceOptions { AddSpecialTokens = false };

        var error = Assert.Throws<ArgumentException>(() => TokenSequences.From(pairs, Llama, cut));
        var lone = Assert.Throws<ArgumentException>(() => TokenSequences.From(Texts.FromText("a"), Llama, bare));

        Assert.Contains("1 examples", error.Message, StringComparison.Ordinal);
        Assert.Contains("example 1 has 3 tokens and none to learn", error.Message, StringComparison.Ordinal);
        Assert.Contains("example 1 has 1 tokens and none to learn", lone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Need_room_for_two_tokens() => Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSequenceOptions { MaxLength = 1 });

    private static Tokenizer WithEnd()
    {
        var folder = Directory.CreateTempSubdirectory();
        File.Copy(Golden.CopyFile("llama2"), Path.Combine(folder.FullName, "tokenizer.json"));
        var config = """{"bos_token": "<s>", "eos_token": {"content": "</s>"}, "unk_token": null}""";
        File.WriteAllText(Path.Combine(folder.FullName, "tokenizer_config.json"), config);
        var tokenizer = Tokenizer.FromFolder(folder.FullName);
        folder.Delete(recursive: true);
        return tokenizer;
    }
}
