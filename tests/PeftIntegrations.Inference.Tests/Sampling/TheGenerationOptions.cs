using System.Reflection;
using System.Text.Json;

namespace PeftIntegrations.Inference;

public sealed class TheGenerationOptions
{
    private static readonly GenerationOptions Full = new()
    {
        MaxNewTokens = 9,
        MaxLength = 40,
        MinNewTokens = 1,
        MinLength = 2,
        Sample = true,
        Temperature = 0.7,
        TopK = 5,
        TopP = 0.9,
        MinP = 0.1,
        TypicalP = 0.8,
        EpsilonCutoff = 0.01,
        EtaCutoff = 0.02,
        TopH = 0.4,
        RepetitionPenalty = 1.1,
        FrequencyPenalty = 0.1,
        PresencePenalty = 0.2,
        NoRepeatNgramSize = 3,
        BadWordsIds = [[1]],
        SuppressTokens = [2],
        SequenceBias = [new([3], 1)],
        ExponentialDecayLengthPenalty = new(2, 1.2),
        ForcedEosTokenIds = [4],
        EosTokenIds = [5, 6],
        PadTokenId = 7,
        Stop = ["x"],
        ShownTokens = ["y"],
        Seed = 8,
        Adapter = "a",
        Constraint = TextConstraint.Json,
    };

    public static TheoryData<string, object> OutOfRange { get; } = new()
    {
        { "MaxNewTokens", 0 }, { "MaxLength", 0 }, { "MinNewTokens", -1 }, { "MinLength", -1 }, { "TopK", -1 }, { "NoRepeatNgramSize", -1 },
        { "PadTokenId", -1 }, { "Temperature", -0.1 }, { "Temperature", 101d },
        { "TopP", -0.1 }, { "TopP", 1.1 }, { "MinP", -0.1 }, { "MinP", 1.1 },
        { "TypicalP", 0d }, { "TypicalP", 1.1 }, { "EpsilonCutoff", -0.1 }, { "EpsilonCutoff", 1.1 },
        { "EtaCutoff", -0.1 }, { "EtaCutoff", 1.1 },
        { "TopH", 0d }, { "TopH", 1.1 }, { "RepetitionPenalty", 0d }, { "RepetitionPenalty", 101d }, { "FrequencyPenalty", 2.1 },
        { "FrequencyPenalty", -2.1 }, { "PresencePenalty", 2.1 }, { "PresencePenalty", -2.1 },
        { "BadWordsIds", new[] { Array.Empty<int>() } },
        { "BadWordsIds", new[] { new[] { 1, -1 } } }, { "SuppressTokens", new[] { -1 } }, { "EosTokenIds", new[] { -2 } },
        { "ForcedEosTokenIds", new[] { -1 } }, { "Stop", new[] { "a", "" } }, { "SequenceBias", new BiasedSequence[] { null! } },
    };

    public static TheoryData<string> Names => [.. Properties.Select(property => property.Name)];

    public static TheoryData<string> Numbers =>
        [.. Properties.Where(property => property.PropertyType == typeof(double?)).Select(property => property.Name)];

    private static IEnumerable<PropertyInfo> Properties => typeof(GenerationOptions).GetProperties().Where(property => property.CanWrite);

    [Theory, MemberData(nameof(OutOfRange))]
    public void Refuse_a_value_out_of_range_and_name_it(string name, object value)
    {
        var problem = Set(name, value);

        Assert.IsAssignableFrom<ArgumentException>(problem);
        Assert.StartsWith(name, problem.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Numbers))]
    public void Refuse_a_value_that_is_no_number(string name)
    {
        Assert.IsType<ArgumentOutOfRangeException>(Set(name, double.NaN));
        Assert.IsType<ArgumentOutOfRangeException>(Set(name, double.PositiveInfinity));
    }

    [Fact]
    public void Refuse_a_sequence_bias_or_a_decay_out_of_range()
    {
        Assert.Throws<ArgumentException>(() => new BiasedSequence([], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BiasedSequence([-1], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BiasedSequence([1], double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BiasedSequence([1], double.NegativeInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthDecay(-1, 1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthDecay(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthDecay(1, double.NaN));
    }

    [Theory, MemberData(nameof(Names))]
    public void Are_laid_over_a_models_defaults_property_by_property(string name)
    {
        var option = typeof(GenerationOptions).GetProperty(name)!;
        Assert.NotNull(option.GetValue(Full)); // a new option belongs into Full

        var inherited = option.GetValue(new GenerationOptions().Over(Full));
        var kept = option.GetValue(Full.Over(new()));

        Assert.Equal(option.GetValue(Full), inherited);
        Assert.Equal(option.GetValue(Full), kept);
    }

    [Theory]
    [InlineData(null, null, false, false)]
    [InlineData(null, null, true, true)]
    [InlineData(0.8, null, false, true)] // asking for a temperature is asking to draw
    [InlineData(0.0, null, true, false)]
    [InlineData(1e-7, true, true, false)]
    [InlineData(null, true, false, true)]
    [InlineData(0.8, false, true, false)]
    public void Draw_where_the_caller_asks_for_it_or_else_the_model_does(double? temperature, bool? sample, bool model, bool expected)
    {
        var options = new GenerationOptions { Temperature = temperature, Sample = sample };

        Assert.Equal(expected, options.Over(new() { Sample = model, TopP = 0.9 }).IsSampling);
    }

    [Fact]
    public void Are_not_undone_by_a_default_that_goes_before_them()
    {
        var longer = new GenerationOptions { MaxLength = 100 }.Over(new() { MaxNewTokens = 5 });
        var drawn = new GenerationOptions { TopP = 0.9 }.Over(new() { Temperature = 0 });
        var plain = new GenerationOptions().Over(new() { Temperature = 0, Sample = true });

        Assert.Equal(90, longer.NewTokenLimit(10));
        Assert.True(drawn.IsSampling);
        Assert.False(plain.IsSampling);
    }

    [Fact]
    public void Limit_the_new_tokens_by_either_limit_or_the_default()
    {
        Assert.Equal(GenerationOptions.DefaultMaxNewTokens, new GenerationOptions().NewTokenLimit(1_000));
        Assert.Equal(7, new GenerationOptions { MaxNewTokens = 7, MaxLength = 5 }.NewTokenLimit(5));
        Assert.Equal(5, new GenerationOptions { MaxLength = 15 }.NewTokenLimit(10));
        Assert.Throws<ArgumentException>(() => new GenerationOptions { MaxLength = 15 }.NewTokenLimit(15));
    }

    [Fact]
    public void Keep_their_lists_when_the_caller_changes_his()
    {
        List<int> ends = [1];

        var options = new GenerationOptions { EosTokenIds = ends };
        ends.Add(-5);

        Assert.Equal([1], options.EosTokenIds);
    }

    [Theory]
    [InlineData("""{"eos_token_id": 2, "forced_eos_token_id": 3, "stop_strings": "x"}""", 2)]
    [InlineData("""{"eos_token_id": [2, 32000], "forced_eos_token_id": [3], "stop_strings": ["x"]}""", 2, 32000)]
    public void Read_one_or_many_from_a_models_file(string json, params int[] ends)
    {
        var options = Read(json);

        Assert.Equal(ends, options.EosTokenIds);
        Assert.Equal([3], options.ForcedEosTokenIds);
        Assert.Equal(["x"], options.Stop);
    }

    [Fact]
    public void Read_what_Hugging_Face_writes_and_skip_what_they_do_not_know()
    {
        var options = Read("""
            {"_from_model_config": true, "bos_token_id": 1, "eos_token_id": null, "pad_token_id": null, "do_sample": true, "temperature": 1,
             "top_k": 0, "top_p": 1.0, "typical_p": 1.0, "epsilon_cutoff": 0.0, "eta_cutoff": 0.0, "top_h": null, "no_repeat_ngram_size": 0,
             "bad_words_ids": [[5], [7, 9]], "sequence_bias": [[[3], -2.0], [[6, 8], 4]], "exponential_decay_length_penalty": [2, 1.2],
             "transformers_version": "5.23.0", "use_cache": true, "num_beams": 1}
            """);

        Assert.True(options.IsSampling);
        Assert.Null(options.EosTokenIds);
        Assert.Equal([6, 8], options.SequenceBias![1].Tokens);
        Assert.Equal((2, 1.2), (options.ExponentialDecayLengthPenalty!.Start, options.ExponentialDecayLengthPenalty.Factor));
        Assert.Empty(LogitsPipeline.For(options with { BadWordsIds = null, SequenceBias = null }, 0).Processors);
    }

    [Theory]
    [InlineData("""{"temperature": 0.6, "top_p": 0.9}""")]
    [InlineData("""{"temperature": 0.6, "do_sample": null}""")]
    [InlineData(null)]
    public void Are_greedy_where_a_models_file_does_not_say_do_sample(string? json) => Assert.False(Read(json).IsSampling);

    [Theory]
    [InlineData("""{"top_p": 1.5}""", "TopP must lie between 0 and 1")]
    [InlineData("""{"top_k": "many"}""", "top_k")]
    [InlineData("""{"sequence_bias": [[3, 1.0]]}""", "[[6, 8], 4.0]")]
    [InlineData("""{"sequence_bias": [[["a"], 1.0]]}""", "[[6, 8], 4.0]")]
    [InlineData("""{"sequence_bias": [5]}""", "[[6, 8], 4.0]")]
    [InlineData("""{"sequence_bias": [[null, 1.0]]}""", "Tokens is empty")]
    [InlineData("""{"sequence_bias": [[[1], 1e999]]}""", "Bias must lie between")]
    [InlineData("""{"bad_words_ids": 5}""", "bad_words_ids")]
    [InlineData("""{"sequence_bias": [null]}""", "SequenceBias")]
    [InlineData("""{"bad_words_ids": [null]}""", "BadWordsIds[0]")]
    [InlineData("""{"stop_strings": [null]}""", "Stop")]
    [InlineData("""{"exponential_decay_length_penalty": [2]}""", "[64, 1.05]")]
    [InlineData("""{"exponential_decay_length_penalty": [2.5, 1.1]}""", "[64, 1.05]")]
    [InlineData("""{"eos_token_id": "end"}""", "eos_token_id")]
    [InlineData("[]", "generation_config.json")]
    [InlineData("null", "holds null")]
    [InlineData("{", "generation_config.json")]
    public void Name_the_file_and_what_is_wrong_in_it(string json, string message)
    {
        var problem = Assert.Throws<InvalidDataException>(() => Read(json));

        Assert.Contains("generation_config.json", problem.Message, StringComparison.Ordinal);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuse_a_file_that_is_far_too_long() =>
        Assert.Throws<InvalidDataException>(() => Read("{" + new string(' ', 2_000_000) + "}"));

    [Fact]
    public void Survive_being_written_and_read()
    {
        var json = JsonSerializer.Serialize(Full);

        var again = JsonSerializer.Deserialize<GenerationOptions>(json)!;

        Assert.Equal(json, JsonSerializer.Serialize(again));
        Assert.Equal(1, again.SequenceBias![0].Bias);
    }

    private static Exception Set(string name, object value)
    {
        var option = typeof(GenerationOptions).GetProperty(name)!;
        return Assert.Throws<TargetInvocationException>(() => option.SetValue(new GenerationOptions(), value)).InnerException!;
    }

    private static GenerationOptions Read(string? json)
    {
        var folder = Directory.CreateTempSubdirectory("generation");
        try
        {
            if (json is not null) File.WriteAllText(Path.Combine(folder.FullName, "generation_config.json"), json);
            return GenerationOptions.OfModel(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
