using PeftIntegrations.Models;

namespace PeftIntegrations.Tests;

public sealed class TaggingWords : TinyBertTests
{
    private static readonly TaggedTexts Names = TaggedTexts.From(
    [
        new(["i", "saw", "xa", "yb", "."], ["O", "O", "B-name", "I-name", "O"]),
        new(["xa", "saw", "me"], ["B-name", "O", "O"]),
        new(["go", "to", "xc", "yd", "ye"], ["O", "O", "B-name", "I-name", "I-name"]),
        new(["we", "go"], ["O", "O"]),
    ]);

    private static PeftModelOptions Tags => Plain with { Labels = Names.Tags, Head = HeadKind.TokenClassification };

    [Fact]
    public async Task Is_learned_from_words_with_tags()
    {
        await using var model = await Load(Tags);

        await Train(model, Names, Quick with { Epochs = 60 });
        var tagged = await model.TagAsync([.. Names.Select(text => text.Words)], "it", cancellationToken: Cancellation);

        Assert.Equal(["O", "B-name", "I-name"], model.Labels);
        Assert.Equal(Names.Select(text => text.Tags), tagged.Select(text => text.Select(word => word.Tag).ToArray()));
        Assert.All(tagged.SelectMany(text => text), word => Assert.InRange(word.Score, 1f / 3, 1));
    }

    [Fact]
    public async Task Finds_entities_where_they_stand_in_a_raw_text()
    {
        await using var model = await Load(Tags);
        await Train(model, Names, Quick with { Epochs = 60 });
        const string text = "i saw  xa yb.";

        var words = Assert.Single(await model.TagAsync([text], "it", cancellationToken: Cancellation));
        var entity = Assert.Single(Entity.Among(words));

        Assert.Equal(["i", "saw", "xa", "yb", "."], words.Select(word => word.Word));
        Assert.All(words, word => Assert.Equal(word.Word, text[word.Start..word.End]));
        Assert.Equal(("name", "xa yb"), (entity.Type, text[entity.Start..entity.End]));
    }

    [Fact]
    public async Task Gives_the_same_in_a_batch_as_alone()
    {
        await using var model = await Load(Tags);
        string[] texts = ["a", "b c d e f", "x y", "a b c d e f g h"];

        var together = await model.TagAsync(texts, cancellationToken: Cancellation);
        var alone = await model.TagAsync(texts, options: new() { BatchSize = 1 }, cancellationToken: Cancellation);

        var pairs = together.SelectMany(words => words).Zip(alone.SelectMany(words => words)).ToArray();
        Assert.Equal(16, pairs.Length);
        Assert.All(pairs, pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-5));
    }

    [Fact]
    public async Task Says_which_text_is_too_long_and_cuts_when_asked()
    {
        await using var model = await Load(Tags);
        var letters = string.Join(' ', Enumerable.Repeat("a", 40));

        var e = await Assert.ThrowsAsync<ArgumentException>(() => model.TagAsync(["a", letters], cancellationToken: Cancellation));
        var cut = await model.TagAsync([letters], options: new() { MaxLength = 10 }, cancellationToken: Cancellation);

        Assert.Contains("Text 2", e.Message, StringComparison.Ordinal);
        Assert.Contains($"{TinyBert.Context}", e.Message, StringComparison.Ordinal);
        Assert.Equal(40, cut[0].Count);
        Assert.All(cut[0].Skip(8), word => Assert.Equal(("O", 0f), (word.Tag, word.Score)));
    }

    [Fact]
    public async Task Refuses_tags_that_the_model_does_not_know()
    {
        await using var model = await Load(Tags);

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Train(model, TaggedTexts.From([new(["a", "b"], ["O", "B-place"])])));

        Assert.Contains("'B-place'", e.Message, StringComparison.Ordinal);
        Assert.Contains("O, B-name, I-name", e.Message, StringComparison.Ordinal);
    }
}
