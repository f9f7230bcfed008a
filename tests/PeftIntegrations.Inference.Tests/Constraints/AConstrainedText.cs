using System.Text.Json;

namespace PeftIntegrations.Inference;

public sealed class AConstrainedText
{
    private const int Schemas = 60, Generous = 400;

    public static TheoryData<string> Tokenizers => ["smollm2", "llama2"];

    [Theory, MemberData(nameof(Tokenizers))]
    public void Fits_its_schema_whatever_the_scores(string tokenizer)
    {
        for (var seed = 0; seed < Schemas; seed++)
        {
            var schema = new RandomSchema(seed).Next();
            var options = new GenerationOptions { Seed = seed, Sample = true, TopK = 0, MaxNewTokens = Generous };

            var (text, _, _) = Writer.Write(TextConstraint.JsonSchema(schema), Writer.Tokenizer(tokenizer), options, Writer.Random(seed));

            Assert.True(Writer.IsValid(schema, text), $"{seed}: {schema}\n{text}");
        }
    }

    [Theory, MemberData(nameof(Tokenizers))]
    public void Fits_its_schema_in_the_fewest_tokens_that_complete_it(string tokenizer)
    {
        for (var seed = 0; seed < Schemas; seed++)
        {
            var schema = new RandomSchema(seed).Next();
            var constraint = TextConstraint.JsonSchema(schema);
            var shortest = Math.Max(1, Writer.Masks(constraint, tokenizer).Shortest);
            foreach (var limit in (int[])[shortest, shortest + 1, shortest + 7])
            {
                var options = new GenerationOptions { MaxNewTokens = limit };

                var (text, tokens, _) = Writer.Write(constraint, Writer.Tokenizer(tokenizer), options, Writer.Random(seed + limit));

                Assert.InRange(tokens, 1, limit);
                Assert.True(Writer.IsValid(schema, text), $"{seed}, {limit}: {schema}\n{text}");
            }
        }
    }

    [Theory, MemberData(nameof(Tokenizers))]
    public void Fits_when_the_best_score_is_always_on_a_token_that_does_not(string tokenizer)
    {
        for (var seed = 0; seed < Schemas; seed++)
        {
            var schema = new RandomSchema(seed).Next();
            var constraint = TextConstraint.JsonSchema(schema);
            var masks = Writer.Masks(constraint, tokenizer);
            var bytes = Writer.Tokenizer(tokenizer);

            var (text, _, _) = Writer.Write(constraint, bytes, new() { MaxNewTokens = Generous }, Worst);

            Assert.True(Writer.IsValid(schema, text), $"{seed}: {schema}\n{text}");

            float[] Worst(IReadOnlyList<int> written)
            {
                var state = masks.Start;
                foreach (var (i, token) in written.Index()) state = masks.After(state, bytes.BytesOf(token, i == 0));
                var needs = masks.Needs(state, written.Count == 0);
                return [.. needs.Select((need, i) => need == TokenMasks.Never ? 1000f : need + (i * 1e-3f))]; // else the longest way
            }
        }
    }

    [Fact]
    public void Fits_where_the_model_or_other_options_rule_out_all_that_would()
    {
        const string schema = """{"properties": {"n": {"type": "integer"}, "s": {"type": "string"}}, "required": ["n", "s"]}""";
        var options = new GenerationOptions
        {
            MaxNewTokens = 60,
            NoRepeatNgramSize = 1,
            MinNewTokens = 50,
            SuppressTokens = [.. Enumerable.Range(0, 600)],
            ForcedEosTokenIds = [5],
        };
        var never = new float[4097];
        Array.Fill(never, float.NegativeInfinity);

        var (forced, _, _) = Writer.Write(TextConstraint.JsonSchema(schema), Writer.Tokenizer("smollm2"), options, Writer.Random(1));
        var (spelled, _, _) = Writer.Write(TextConstraint.JsonSchema(schema), Writer.Tokenizer("smollm2"), new(), _ => [.. never]);

        Assert.True(Writer.IsValid(schema, forced), forced);
        Assert.Equal("""{"n":0,"s":""}""", spelled);
    }

    [Fact]
    public void Is_any_object_or_array_where_it_must_only_be_JSON()
    {
        for (var seed = 0; seed < Schemas; seed++)
        {
            var options = new GenerationOptions { Seed = seed, Temperature = 1, TopK = 0, MaxNewTokens = 5 + (seed * 3) };

            var (text, _, _) = Writer.Write(TextConstraint.Json, Writer.Tokenizer("llama2"), options, Writer.Random(seed));

            using var json = JsonDocument.Parse(text);
            Assert.True(json.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array);
        }
    }

    [Fact]
    public void Is_the_same_for_the_same_seed()
    {
        var options = new GenerationOptions { Seed = 7, Temperature = 1, MaxNewTokens = 50 };

        var texts = Enumerable.Range(0, 3).Select(_ =>
            Writer.Write(TextConstraint.Json, Writer.Tokenizer("smollm2"), options, Writer.Random(3)).Text).Distinct();

        Assert.Single(texts);
    }

    [Theory]
    [InlineData("""{"type": "integer", "minimum": 10, "maximum": 99999}""")]
    [InlineData("""{"type": "boolean"}""")]
    [InlineData("""{"type": "array", "items": {"type": "integer"}, "minItems": 2}""")]
    [InlineData("""{"type": "object", "properties": {"name": {"type": "string"}, "n": {"enum": [1, 22]}}, "required": ["name", "n"]}""")]
    public void Fits_with_a_vocabulary_of_words_and_their_parts(string schema)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var options = new GenerationOptions { Seed = seed, Temperature = 1, TopK = 0, MaxNewTokens = 40 };

            var (text, _, _) = Writer.Write(TextConstraint.JsonSchema(schema), Spelling(), options, Writer.Random(seed));

            Assert.True(Writer.IsValid(schema, text), text);
        }
    }

    [Fact]
    public void Is_refused_before_it_is_begun_where_the_limit_or_the_vocabulary_has_no_room()
    {
        var constraint = TextConstraint.JsonSchema("""{"const": "a sentence that takes more than a few tokens"}""");

        var tooLong = Assert.Throws<ArgumentException>(() =>
            Writer.Write(constraint, Writer.Tokenizer("smollm2"), new() { MaxNewTokens = 6 }, Writer.Random(1)));
        var unspelled = Assert.Throws<ArgumentException>(() =>
            Writer.Write(TextConstraint.JsonSchema("""{"const": "Ω"}"""), Spelling(), new(), Writer.Random(1)));

        var shortest = Writer.Masks(constraint, "smollm2").Shortest;
        Assert.InRange(shortest, 7, 47);
        Assert.Contains($"takes {shortest} tokens, and 6 may be generated", tooLong.Message, StringComparison.Ordinal);
        Assert.Contains("can't spell", unspelled.Message, StringComparison.Ordinal);
    }

    /// <summary>WordPiece whose parts are all of ASCII, and some words.</summary>
    private static Data.Tokenizer Spelling()
    {
        var file = Path.GetTempFileName();
        try
        {
            string[] ascii = [.. Enumerable.Range(0x21, 0x5E).Select(letter => ((char)letter).ToString())];
            string[] tokens = ["[UNK]", .. ascii, .. ascii.Select(letter => $"##{letter}"), "name", "##name", "true", "false", "##22"];
            var ids = tokens.Index().ToDictionary(token => token.Item, token => token.Index);
            var json = JsonSerializer.Serialize(new
            {
                model = new { type = "WordPiece", unk_token = "[UNK]", vocab = ids },
                decoder = new { type = "WordPiece", prefix = "##", cleanup = true },
                added_tokens = new[] { new { id = 0, content = "[UNK]", special = true } },
            });
            File.WriteAllText(file, json);
            return Data.Tokenizer.FromFile(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
