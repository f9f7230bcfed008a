using System.Text.Json;
using PeftIntegrations.Inference;

namespace PeftIntegrations.Tests;

public sealed class WritingWhatIsAskedFor : TinyModelTests
{
    private const string Schema = """
        {"type": "object", "properties": {
            "k": {"enum": ["cat", "dog"]}, "at": {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]},
            "t": {"type": "array", "items": {"type": "string", "maxLength": 5}, "maxItems": 3}},
         "required": ["k", "at", "t"]}
        """;

    private static readonly TextConstraint Pet = TextConstraint.JsonSchema(Schema);

    [Fact]
    public async Task Gives_JSON_of_the_schema_within_what_the_context_has_left()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var options = new GenerationOptions { Constraint = Pet, Seed = seed, Temperature = 1.5, MaxNewTokens = 200 };

            var texts = await Model.CompleteAsync(["Once", "A much longer start", ""], options, Cancellation);

            Assert.All(texts, text => AssertPet(text.Text));
            Assert.All(texts, text => Assert.Equal(FinishReason.EndOfText, text.Reason));
        }
    }

    [Fact]
    public async Task Gives_the_same_in_a_stream()
    {
        var options = new GenerationOptions { Constraint = Pet, Seed = 3, Temperature = 1 };
        var pieces = new List<string>();

        await foreach (var piece in Model.GenerateAsync(Prompt, options, Cancellation)) pieces.Add(piece);

        Assert.Equal((await Model.CompleteAsync([Prompt], options, Cancellation))[0].Text, string.Concat(pieces));
    }

    [Fact]
    public async Task Is_refused_where_the_context_has_too_little_room()
    {
        var options = new GenerationOptions { Constraint = Pet };

        var problem = await Assert.ThrowsAsync<ArgumentException>(() => Model.CompleteAsync([new string('a', 40)], options, Cancellation));

        Assert.Contains("""takes 31 tokens, and 23 may be generated""", problem.Message, StringComparison.Ordinal);
        Assert.NotEqual("", await Continue());
    }

    [Fact]
    public async Task Is_done_by_a_model_of_stories()
    {
        await using var model = await PeftModel.LoadAsync(ReferenceSet.Current.RequireModel("stories260K"), Plain, Cancellation);
        for (var seed = 0; seed < 5; seed++)
        {
            var options = new GenerationOptions { Constraint = Pet, Seed = seed, Temperature = 1, MaxNewTokens = 60 };

            var text = (await model.CompleteAsync(["Once upon a time"], options, Cancellation))[0];

            AssertPet(text.Text);
        }
    }

    private static void AssertPet(string text)
    {
        using var json = JsonDocument.Parse(text);
        var pet = json.RootElement;
        Assert.True(pet.GetProperty("k").GetString() is "cat" or "dog");
        Assert.True(pet.GetProperty("at").GetProperty("x").TryGetInt64(out _));
        Assert.True(pet.GetProperty("t").GetArrayLength() <= 3);
        Assert.All(pet.GetProperty("t").EnumerateArray(), item => Assert.InRange(item.GetString()!.EnumerateRunes().Count(), 0, 5));
    }
}
