namespace PeftIntegrations.Data.Tests;

public sealed class AFileOfLabelledTexts
{
    private static readonly LabelledText[] Two = [new("a", "x"), new("b", "y")];

    [Theory]
    [InlineData(".csv", "text,label\na,x\nb,y\n")]
    [InlineData(".csv", "\uFEFFLabel,more,Text\r\nx,1,a\r\n\r\ny,2,\"b\"")]
    [InlineData(".tsv", "label\ttext\nx\ta\ny\tb")]
    [InlineData(".TSV", "label\ttext\nx\ta\ny\tb")]
    [InlineData(".jsonl", "{\"text\": \"a\", \"label\": \"x\"}\n\n{\"Label\": \"y\", \"TEXT\": \"b\"}")]
    public void Is_read_by_its_extension(string extension, string content)
    {
        using var file = new Scratch(extension, content);

        Assert.Equal(Two, LabelledTexts.FromFile(file.Path));
    }

    [Fact]
    public void Has_quotes_around_values_or_in_them()
    {
        const string Rows = "Sms,Kind\n\"one, \"\"two\"\"\nthree\",x\n\"b\",y\n";
        var options = new LabelledFileOptions { TextColumn = "sms", LabelColumn = "kind" };
        using var csv = new Scratch(".csv", Rows);
        using var tsv = new Scratch(".tsv", "sms\tkind\n\"a \"\"b\tx\nc\"\ty\n");

        Assert.Equal([new("one, \"two\"\nthree", "x"), new("b", "y")], LabelledTexts.FromFile(csv.Path, options));
        Assert.Equal([new("\"a \"\"b", "x"), new("c\"", "y")], LabelledTexts.FromFile(tsv.Path, options));
        Assert.Equal("\"one", LabelledTexts.FromFile(csv.Path, options with { Quoted = false })[0].Text);
    }

    [Fact]
    public void Has_pairs_where_a_column_is_named()
    {
        var options = new LabelledFileOptions { TextColumn = "q", PairColumn = "a", Labels = ["0", "1", "true"] };
        using var csv = new Scratch(".csv", "q,a,label\nwho,me,1\n");
        using var lines = new Scratch(".jsonl", """
            {"q": "who", "a": "me", "label": 1}
            {"q": "who", "a": "me", "label": true}
            """);

        Assert.Equal([new("who", "1", "me")], LabelledTexts.FromFile(csv.Path, options));
        Assert.Equal([new("who", "1", "me"), new("who", "true", "me")], LabelledTexts.FromFile(lines.Path, options));
        Assert.Equal(["0", "1", "true"], LabelledTexts.FromFile(csv.Path, options).Labels);
    }

    [Fact]
    public void Is_refused_with_its_columns_where_one_is_missing()
    {
        using var file = new Scratch(".csv", "text,category\na,x\n");

        var error = Assert.Throws<InvalidDataException>(() => LabelledTexts.FromFile(file.Path, new() { PairColumn = "second" }));

        Assert.Contains("no column 'label', 'second'", error.Message, StringComparison.Ordinal);
        Assert.Contains("columns are text, category", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        ".csv", "text,label\n\"two\nlines\",x\nb\nc,y,z\n\"b\"c,x\n ,x\nb,",
        "line 4: It has 1 values, and the header 2|line 5: It has 3|line 6: A quote|line 7: The text is empty|line 8: The label is empty")]
    [InlineData(".tsv", "text\tlabel\n\tx\na\tx\tb", "line 2: The text is empty|line 3: It has 3 values")]
    [InlineData(".csv", "text,label\na,x\n\"b,y\nc,y\n", "line 3: ")]
    [InlineData(
        ".jsonl", "{}\n\n[1]\n{\"text\": 1, \"label\": 1}\n{\"text\": \"a\", \"label\": []}\n{",
        "line 1: The field 'text' is missing|line 3: |line 4: 'text' must be a string|line 5: 'label' must be|line 6: ")]
    public void Is_refused_with_every_line_that_is_wrong(string extension, string content, string places)
    {
        using var file = new Scratch(extension, content);

        var error = Assert.Throws<InvalidDataException>(() => LabelledTexts.FromFile(file.Path));

        Assert.All(places.Split('|'), place => Assert.Contains(place, error.Message, StringComparison.Ordinal));
        Assert.Contains($"has {places.Split('|').Length} rows that cannot be used", error.Message, StringComparison.Ordinal);
        Assert.Contains(file.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_refused_with_the_first_twenty_of_many()
    {
        using var file = new Scratch(".csv", "text,label\n" + string.Concat(Enumerable.Repeat(",x\n", 25)));

        var error = Assert.Throws<InvalidDataException>(() => LabelledTexts.FromFile(file.Path));

        Assert.Contains("25 rows", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 21:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("line 22:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".csv", "")]
    [InlineData(".tsv", "text\tlabel\n")]
    [InlineData(".jsonl", "\n")]
    public void Is_refused_when_it_holds_no_row(string extension, string content)
    {
        using var file = new Scratch(extension, content);

        var error = Assert.Throws<InvalidDataException>(() => LabelledTexts.FromFile(file.Path));

        Assert.Contains("holds no example", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_refused_with_the_known_extensions_when_its_own_is_not()
    {
        var error = Assert.Throws<ArgumentException>(() => LabelledTexts.FromFile("x.txt"));

        Assert.Contains(".csv, .jsonl, .tsv", error.Message, StringComparison.Ordinal);
    }
}
