namespace PeftIntegrations.Data.Tests;

public sealed class TextsInMemory
{
    [Fact]
    public void Come_from_a_text_lines_or_pairs()
    {
        Assert.Equal([new TextExample("a\nb")], Texts.FromText("a\nb"));
        Assert.Equal([new TextExample("a"), new TextExample("b")], Texts.FromLines(["a", "", "b"]));
        Assert.Equal([new TextExample("p", "c")], Texts.FromPairs([("p", "c")]));
    }

    [Fact]
    public void Are_never_empty()
    {
        Assert.Throws<ArgumentException>(() => Texts.FromText(""));
        Assert.Throws<ArgumentException>(() => Texts.FromLines(["", ""]));
        Assert.Throws<ArgumentException>(() => Texts.FromPairs([]));
    }
}
