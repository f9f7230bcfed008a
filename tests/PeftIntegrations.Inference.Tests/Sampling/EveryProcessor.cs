using System.Reflection;
using System.Text.Json.Serialization;
using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>What holds for each registered processor. A new one is covered the day it is registered.</summary>
public sealed class EveryProcessor
{
    /// <summary>1,000 objects have at least 24,000 bytes; the runtime itself allocates a little as it recompiles what is hot.</summary>
    internal const long LessThanAnObjectEach = 23_999;

    private const int Vocab = 300;

    private static readonly Registry<LogitsProcessor> Registered = new(typeof(LogitsProcessor).Assembly);

    /// <summary>Options that make all processors but ForcedEos, which leaves one token, active at once.</summary>
    private static readonly GenerationOptions Everything = new()
    {
        MaxNewTokens = 50,
        MinLength = 6,
        MinNewTokens = 4,
        Temperature = 0.7,
        TopK = 40,
        TopP = 0.9,
        MinP = 0.01,
        TypicalP = 0.9,
        EpsilonCutoff = 1e-3,
        EtaCutoff = 1e-3,
        TopH = 0.9,
        RepetitionPenalty = 1.2,
        FrequencyPenalty = 0.5,
        PresencePenalty = 0.5,
        NoRepeatNgramSize = 2,
        BadWordsIds = [[5], [7, 9]],
        SuppressTokens = [1, 4],
        SequenceBias = [new([3], -2), new([6, 8], 4)],
        ExponentialDecayLengthPenalty = new(2, 1.2),
        EosTokenIds = [2, 11],
        ForcedEosTokenIds = [2],
    };

    public static TheoryData<string> Names => [.. Registered.Names];

    public static TheoryData<string> Truncations => [.. Registered.Types.Where(pair => IsTruncation(pair.Value)).Select(pair => pair.Key)];

    [Theory, MemberData(nameof(Names))]
    public void Serves_an_option_by_its_JSON_name(string name)
    {
        var options = typeof(GenerationOptions).GetProperties();

        Assert.Contains(name, options.Select(option => option.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name));
    }

    [Theory, MemberData(nameof(Names))]
    public void Is_active_only_when_it_is_asked_for(string name)
    {
        var asked = Create(name, Everything);
        var greedy = Create(name, new());

        Assert.True(asked.IsActive);
        Assert.False(greedy.IsActive);
    }

    [Fact]
    public void Has_its_place_in_the_order_of_generate()
    {
        string[] order =
        [
            "sequence_bias", "repetition_penalty", "frequency_penalty", "no_repeat_ngram_size", "bad_words_ids",
            "min_length", "min_new_tokens", "forced_eos_token_id", "exponential_decay_length_penalty", "suppress_tokens",
            "temperature", "top_h", "top_k", "top_p", "min_p", "typical_p", "epsilon_cutoff", "eta_cutoff",
        ];

        var pipeline = LogitsPipeline.For(Everything, 3);

        Assert.Equal(order.Select(Registered.Find), pipeline.Processors.Select(processor => processor.GetType()));
        Assert.Equal(pipeline.Processors.Count, pipeline.Processors.Select(processor => processor.Order).Distinct().Count());
    }

    [Theory, MemberData(nameof(Names))]
    public void Leaves_scores_that_are_finite_or_removed(string name)
    {
        var random = new Random(1);
        for (var round = 0; round < 100; round++)
        {
            var (scores, history) = (Scores(random), History(random, 1 + round));

            Create(name, Everything).Process(scores, history);

            Assert.All(scores, score => Assert.True(float.IsFinite(score) || float.IsNegativeInfinity(score), $"{score}"));
        }
    }

    [Theory, MemberData(nameof(Truncations))]
    public void Keeps_at_least_the_best_token_however_it_is_set(string name)
    {
        var random = new Random(2);
        GenerationOptions[] extremes =
        [
            new() { Sample = true, TopK = 1, TopP = 0, MinP = 1, TypicalP = 1e-9, EpsilonCutoff = 1, EtaCutoff = 1, TopH = 1e-9 },
            new() { TopK = 299, TopP = 0.9999, MinP = 0.1, TypicalP = 0.9999, EpsilonCutoff = 1e-9, EtaCutoff = 0.1, TopH = 1 },
        ];
        for (var round = 0; round < 100; round++)
        {
            var scores = round % 10 == 0 ? new float[Vocab] : Scores(random); // all alike, too
            if (round % 7 == 0) Array.Fill(scores, float.NegativeInfinity, 0, Vocab - 1); // one left
            var before = scores.ToArray();

            Create(name, extremes[round % extremes.Length]).Process(scores, []);

            Assert.Contains(scores, float.IsFinite);
            Assert.All(scores.Zip(before), pair => Assert.True(pair.First == pair.Second || float.IsNegativeInfinity(pair.First)));
            if (Registered.Find(name).IsAssignableTo(typeof(Truncation))) Assert.Equal(before.Max(), scores.Max());
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Leaves_a_row_without_any_token_to_the_sampler(string name)
    {
        var (removed, damaged) = (new float[Vocab], new float[Vocab]);
        Array.Fill(removed, float.NegativeInfinity);
        Array.Fill(damaged, float.NaN);

        Create(name, Everything).Process(removed, [6, 7, 6]);
        Create(name, Everything).Process(damaged, [6, 7, 6]);

        Assert.All(removed, score => Assert.Equal(float.NegativeInfinity, score));
        Assert.DoesNotContain(damaged, float.IsFinite);
    }

    [Theory, MemberData(nameof(Names))]
    public void Allocates_nothing_for_a_token(string name)
    {
        var processor = Create(name, Everything);
        var (scores, row, history) = (new float[4_096], new float[4_096], History(new(3), 100));
        for (var i = 0; i < scores.Length; i++) scores[i] = MathF.Sin(i) * 10;

        var bytes = Allocated(() =>
        {
            scores.CopyTo(row, 0);
            processor.Process(row, history);
        });

        Assert.InRange(bytes, 0, LessThanAnObjectEach);
    }

    internal static long Allocated(Action call)
    {
        for (var i = 0; i < 50; i++) call();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) call();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static bool IsTruncation(Type type) => type.IsAssignableTo(typeof(Truncation)) || type == typeof(TypicalP);

    private static LogitsProcessor Create(string name, GenerationOptions options) =>
        Registered.Create(name, new SamplingContext(options, 3));

    private static float[] Scores(Random random) =>
        [.. Enumerable.Range(0, Vocab).Select(_ => random.Next(20) == 0 ? float.NegativeInfinity : (random.NextSingle() * 60) - 30)];

    private static int[] History(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(12))];
}
