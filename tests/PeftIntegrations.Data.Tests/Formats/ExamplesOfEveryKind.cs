namespace PeftIntegrations.Data.Tests;

public sealed class ExamplesOfEveryKind : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Are_read_with_their_numbers()
    {
        var csv = Write("pairs.csv", "first,second,alike\n\"a, b\",c,0.5\nd,e,-1e-2\n");

        var data = ScoredTexts.FromFile(csv, new() { TextColumn = "first", PairColumn = "second", LabelColumn = "alike" });

        Assert.Equal([new("a, b", 0.5f, "c"), new("d", -0.01f, "e")], data);
    }

    [Fact]
    public void Are_refused_all_at_once_with_the_lines_of_bad_numbers()
    {
        var csv = Write("scores.csv", "text,label\na,good\nb,1\n,2\nc,NaN\n");

        var e = Assert.Throws<InvalidDataException>(() => ScoredTexts.FromFile(csv));

        Assert.Contains("3 rows that cannot be used", e.Message, StringComparison.Ordinal);
        Assert.Contains("line 2: 'good' is no number", e.Message, StringComparison.Ordinal);
        Assert.Contains("line 4: The text is empty", e.Message, StringComparison.Ordinal);
        Assert.Contains("line 5: The number is NaN", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Are_read_with_any_number_of_labels()
    {
        var csv = Write("topics.csv", "text,label\na,\"x, y\"\nb,\nc,y\n");
        var json = Write("topics.jsonl", """{"text": "a", "label": ["x", "y"]}""" + "\n" + """{"text": "b", "label": []}""");

        var fromCsv = MultiLabelTexts.FromFile(csv);
        var fromJson = MultiLabelTexts.FromFile(json);

        Assert.Equal(["x", "y"], fromCsv.Labels);
        Assert.Equal([["x", "y"], [], ["y"]], fromCsv.Select(text => text.Labels));
        Assert.Equal([["x", "y"], []], fromJson.Select(text => text.Labels));
    }

    [Fact]
    public void Are_read_as_groups_of_texts()
    {
        var json = Write("groups.jsonl",
            """{"anchor": "a", "positive": "b", "negative": ["c", "d"]}""" + "\n" +
            """{"anchor": "e", "positive": "f", "negative": ["g", "h"]}""");
        var uneven = Write("uneven.jsonl",
            """{"anchor": "a", "positive": "b", "negative": "c"}""" + "\n" +
            """{"anchor": "e", "positive": "f"}""" + "\n" + """{"anchor": "e"}""");

        var groups = TextGroups.FromFile(json);
        var e = Assert.Throws<InvalidDataException>(() => TextGroups.FromFile(uneven));

        Assert.Equal(["c", "d"], groups[0].Negatives);
        Assert.Equal(("e", "f"), (groups[1].Anchor, groups[1].Positive));
        Assert.Contains("line 2: It has 0 negatives, and the first 1", e.Message, StringComparison.Ordinal);
        Assert.Contains("line 3: The field 'positive' is missing", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Are_read_with_a_tag_for_each_word()
    {
        var conll = Write("names.conll", "Ann\tB-name\tO\nsings\tO\tO\n\n\nBob\tB-name\n");
        var bad = Write("bad.conll", "Ann\tB-name\nsings\n\nBob O\n");

        var data = TaggedTexts.FromFile(conll);
        var e = Assert.Throws<InvalidDataException>(() => TaggedTexts.FromFile(bad));

        Assert.Equal([["Ann", "sings"], ["Bob"]], data.Select(text => text.Words));
        Assert.Equal(["B-name", "O"], data.Tags);
        Assert.Contains("line 2: 'sings' has no tag", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Are_refused_where_words_and_tags_are_not_as_many_or_all_alike()
    {
        var uneven = Assert.Throws<ArgumentException>(() => TaggedTexts.From([new(["a", "b"], ["O"])]));
        var alike = Assert.Throws<ArgumentException>(() => TaggedTexts.From([new(["a", "b"], ["O", "O"])]));

        Assert.Contains("example 1: It has 2 words and 1 tags", uneven.Message, StringComparison.Ordinal);
        Assert.Contains("one tag only, 'O'", alike.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Are_refused_with_several_labels_where_each_text_has_one()
    {
        var json = Write("several.jsonl", """{"text": "a", "label": ["x", "y"]}""" + "\n" + """{"text": "b", "label": "z"}""");

        var e = Assert.Throws<InvalidDataException>(() => LabelledTexts.FromFile(json));

        Assert.Contains("line 1: 'label' must be a string", e.Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
