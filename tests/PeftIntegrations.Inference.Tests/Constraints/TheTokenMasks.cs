namespace PeftIntegrations.Inference;

public sealed class TheTokenMasks
{
    private const int Schemas = 25;

    [Theory]
    [InlineData("smollm2")]
    [InlineData("llama2")]
    public void Allow_a_token_exactly_where_its_bytes_can_be_completed(string name)
    {
        var (tokenizer, random) = (Writer.Tokenizer(name), new Random(1));
        for (var seed = 0; seed < Schemas; seed++)
        {
            var masks = Writer.Masks(TextConstraint.JsonSchema(new RandomSchema(seed).Next()), name);
            var state = masks.Start;
            for (var isFirst = true; !state.IsClosed; isFirst = false)
            {
                var needs = masks.Needs(state, isFirst);
                int[] allowed = [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(id => needs[id] != TokenMasks.Never)];
                for (var id = 0; id < tokenizer.VocabularySize; id++)
                {
                    var bytes = tokenizer.BytesOf(id, isFirst);
                    var after = bytes.Length == 0 ? AutomatonState.Dead : masks.After(state, bytes);

                    Assert.Equal(ReferenceEquals(after, AutomatonState.Dead), needs[id] == TokenMasks.Never);
                }

                var chosen = random.Next(3) == 0 ? allowed.MinBy(id => needs[id]) : allowed[random.Next(allowed.Length)];
                state = masks.After(state, tokenizer.BytesOf(chosen, isFirst));
            }
        }
    }

    [Theory]
    [InlineData("smollm2")]
    [InlineData("llama2")]
    public void Know_tokens_that_complete_the_text_in_as_many_as_they_say(string name)
    {
        var (tokenizer, random) = (Writer.Tokenizer(name), new Random(2));
        for (var seed = 0; seed < Schemas; seed++)
        {
            var masks = Writer.Masks(TextConstraint.JsonSchema(new RandomSchema(seed).Next()), name);
            var (state, left, isFirst) = (masks.Start, int.MaxValue, true);
            for (var written = 0; !state.IsComplete || written == 0; written++, isFirst = false)
            {
                var needs = masks.Needs(state, isFirst);
                int[] allowed = [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(id => needs[id] != TokenMasks.Never)];
                var chosen = written < 10 ? allowed[random.Next(allowed.Length)] : allowed.MinBy(id => needs[id]);

                Assert.True(written < 10 || needs[chosen] < left, $"{seed}: {needs[chosen]} after {left}");
                (state, left) = (masks.After(state, tokenizer.BytesOf(chosen, isFirst)), needs[chosen]);
            }
        }
    }

    [Fact]
    public void Are_kept_for_the_states_met_last()
    {
        var constraint = TextConstraint.JsonSchema("""{"type": "string"}""");
        var masks = Writer.Masks(constraint, "smollm2");
        var inside = masks.After(masks.Start, "\"a"u8);

        Assert.Same(masks.Needs(inside, false), masks.Needs(masks.After(masks.Start, "\"bcd"u8), false));
        Assert.Same(masks, Writer.Masks(constraint, "smollm2"));
    }
}
