namespace PeftIntegrations.Training.Tests;

public sealed class TheEntityF1
{
    // seqeval's own example: one entity of two has the right bounds.
    private static readonly string[][] Expected = [["O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]];
    private static readonly string[][] Predicted = [["O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]];

    [Theory]
    [InlineData(null, 0.5)]
    [InlineData("PER", 1)]
    [InlineData("MISC", 0)]
    [InlineData("LOC", 0)]
    public void Counts_only_whole_entities(string? type, double f1) =>
        Assert.Equal(f1, new EntityF1 { Type = type }.Of(Predicted, Expected));

    [Theory]
    [InlineData("I-PER I-PER O", "B-PER I-PER O", 1)] // an I- after nothing begins one
    [InlineData("B-PER B-PER O", "B-PER I-PER O", 0)] // each B- begins one
    [InlineData("B-PER I-LOC O", "B-PER B-LOC O", 1)] // another type begins one
    [InlineData("B-PER I-PER I-PER", "B-PER I-PER O", 0)]
    [InlineData("B-LOC O B-PER", "B-LOC O B-LOC", 0.5)] // 2·1 / (2 + 2)
    [InlineData("B-A-B I-A-B O", "B-A-B I-A-B O", 1)] // a type may have a dash
    [InlineData("O O O", "O O O", 0)]
    public void Begins_and_ends_them_as_seqeval_does(string predicted, string expected, double f1) =>
        Assert.Equal(f1, new EntityF1().Of([predicted.Split(' ')], [expected.Split(' ')]));

    [Fact]
    public void Ends_an_entity_with_its_text() => Assert.Equal(0, new EntityF1().Of([["B-PER"], ["O"]], [["O"], ["B-PER"]]));

    [Fact]
    public void Refuses_tags_it_cannot_read_and_texts_of_other_lengths_all_at_once()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new EntityF1().Of([["B-PER", "PER"], ["O"]], [["O", "O"], ["O", "B-"]]));

        Assert.Contains("text 0 has the tag 'PER'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("text 1 has 1 predicted tags for 2 expected", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("text 1 has the tag 'B-'", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new EntityF1().Of([], []));
    }
}
