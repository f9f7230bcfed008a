namespace PeftIntegrations.Data.Tests;

public sealed class AJsonLinesFile
{
    [Fact]
    public void Holds_raw_texts_and_pairs()
    {
        using var file = new Scratch(".jsonl", "{\"text\": \"a\\nb\"}\r\n\n{\"prompt\": \"p\", \"completion\": \"\", \"more\": 1}");

        var texts = Texts.FromFile(file.Path);

        Assert.Equal([new TextExample("a\nb"), new TextExample("p", "")], texts);
    }

    [Theory]
    [InlineData("{\"text\": 1}", "'text' must be a string")]
    [InlineData("{\"prompt\": \"p\"}", "'completion' is missing")]
    [InlineData("{\"completion\": \"c\"}", "'prompt' is missing")]
    [InlineData("{\"txt\": \"c\"}", "'text', or 'prompt' and 'completion', is missing")]
    [InlineData("{\"text\": \"t\", \"prompt\": \"p\", \"completion\": \"c\"}", "Keep one of the two")]
    [InlineData("[1]", "is missing in [1]")]
    [InlineData("{\"text\": \"\\ud800\"}", "surrogate")]
    [InlineData("{\"text\": ", "line 2")]
    public void Names_the_line_and_the_field_that_is_wrong(string line, string reason)
    {
        using var file = new Scratch(".jsonl", "{\"text\": \"a\"}\n" + line + "\n");

        var error = Assert.Throws<InvalidDataException>(() => Texts.FromFile(file.Path));

        Assert.Contains(file.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("line 2: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_all_bad_lines_and_shows_twenty()
    {
        using var file = new Scratch(".jsonl", string.Concat(Enumerable.Repeat("{}\n", 25)));

        var error = Assert.Throws<InvalidDataException>(() => Texts.FromFile(file.Path));

        Assert.Contains("25 rows", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 20:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("line 21:", error.Message, StringComparison.Ordinal);
    }
}
