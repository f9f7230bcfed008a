namespace PeftIntegrations.Data.Tests;

public sealed class LabelledTextsInMemory
{
    [Fact]
    public void Number_their_classes_by_first_appearance_or_as_told()
    {
        LabelledText[] texts = [new("a", "spam"), new("b", "ham"), new("c", "spam", "d")];

        var own = LabelledTexts.From(texts);
        var told = LabelledTexts.From(texts, ["eggs", "ham", "spam"]);

        Assert.Equal(["spam", "ham"], own.Labels);
        Assert.Equal((0, 2), (own.ClassOf("spam"), told.ClassOf("spam")));
        Assert.Equal(texts, told);
        var error = Assert.Throws<ArgumentException>(() => told.ClassOf("egg"));
        Assert.Contains("'egg' is none of eggs, ham, spam", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Are_refused_without_two_classes()
    {
        Assert.Contains("one class only, 'a'", Refusal([new("x", "a"), new("y", "a")]), StringComparison.Ordinal);
        Assert.Contains("1 labels are given", Refusal([new("x", "a")], "a"), StringComparison.Ordinal);
        Assert.Contains("'a' is given twice", Refusal([new("x", "a")], "a", "a"), StringComparison.Ordinal);
        Assert.Contains("holds no example", Refusal([]), StringComparison.Ordinal);
        Assert.Single(LabelledTexts.From([new("x", "a")], ["a", "b"]));
    }

    [Fact]
    public void Are_refused_with_all_examples_that_are_empty_or_of_no_known_label()
    {
        var message = Refusal([new(" ", "a"), new("x", "b"), new("x", ""), new("x", "c"), new("x", "a", "")], "a", "b");

        Assert.Contains("4 rows", message, StringComparison.Ordinal);
        Assert.Contains("example 1: The text is empty", message, StringComparison.Ordinal);
        Assert.Contains("example 3: The label is empty", message, StringComparison.Ordinal);
        Assert.Contains("example 4: The label 'c' is none of a, b", message, StringComparison.Ordinal);
        Assert.Contains("example 5: The second text is empty", message, StringComparison.Ordinal);
    }

    private static string Refusal(LabelledText[] texts, params string[] labels) =>
        Assert.Throws<ArgumentException>(() => LabelledTexts.From(texts, labels.Length == 0 ? null : labels)).Message;
}
