namespace PeftIntegrations.Data.Tests;

public sealed class WordsOfAText : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Are_runs_of_letters_and_signs_one_by_one()
    {
        const string text = "I'm  in São-Paulo, 2nd!";

        var words = EncodedWords.WordsOf(text).Select(place => text[place]);

        Assert.Equal(["I", "'", "m", "in", "São", "-", "Paulo", ",", "2nd", "!"], words);
    }

    [Fact]
    public void Know_their_first_tokens()
    {
        var encoded = EncodedWords.From(["ab", "c", "é"], Letters(), new());

        Assert.Equal(6, encoded.Ids.Length); // [CLS] a ##b c [UNK] [SEP]
        Assert.Equal([1, 3, 4], encoded.FirstTokens);
    }

    [Fact]
    public void Are_without_a_token_where_the_text_is_cut_off()
    {
        var encoded = EncodedWords.From(["ab", "c", "d"], Letters(), new() { MaxLength = 5, Overflow = Overflow.Truncate });
        var e = Assert.Throws<ArgumentException>(() => EncodedWords.From(["ab", "c", "d"], Letters(), new() { MaxLength = 5 }));

        Assert.Equal([1, 3, -1], encoded.FirstTokens);
        Assert.Contains("It has 6 tokens, and 5 are read at most", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Teach_their_tag_at_the_first_token_only()
    {
        var data = TaggedTexts.From([new(["ab", "c"], ["X", "O"])]);

        var row = Assert.Single(TaggedSequences.From(data, Letters(), ["O", "X"], new()));

        Assert.Equal([-100, 1, -100, 0, -100], row.Labels);
    }

    private Tokenizer Letters()
    {
        string[] special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];
        File.WriteAllLines(Path.Combine(_folder.FullName, "vocab.txt"), [.. special, "a", "##b", "c", "d"]);
        return Tokenizer.FromFolder(_folder.FullName);
    }
}
