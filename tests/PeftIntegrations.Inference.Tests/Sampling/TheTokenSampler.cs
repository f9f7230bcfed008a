namespace PeftIntegrations.Inference;

public sealed class TheTokenSampler
{
    private static readonly float[] Scores = [1, 3, float.NegativeInfinity, 2];

    [Fact]
    public void Takes_the_best_token_where_it_does_not_draw()
    {
        var sampler = new TokenSampler(new() { Seed = 1 });

        Assert.Equal(1, sampler.Pick(Scores));
    }

    [Fact]
    public void Draws_each_token_as_often_as_its_probability_says()
    {
        const int Draws = 100_000;
        var sampler = new TokenSampler(new() { Sample = true, Seed = 1 });
        var counts = new double[4];

        for (var i = 0; i < Draws; i++) counts[sampler.Pick(Scores)]++;

        var total = Scores.Sum(score => Math.Exp(score));
        Assert.All(counts.Zip(Scores), pair => Assert.Equal(Math.Exp(pair.Second) / total, pair.First / Draws, 0.006)); // 4 standard errors
        Assert.Equal(0, counts[2]);
    }

    [Fact]
    public void Draws_the_same_tokens_from_the_same_seed()
    {
        Assert.Equal(Tokens(7), Tokens(7));
        Assert.NotEqual(Tokens(7), Tokens(8));
        Assert.NotEqual(Tokens(7), Tokens(7L << 32)); // all 64 bits count
    }

    [Fact]
    public void Draws_other_tokens_each_time_without_a_seed() => Assert.NotEqual(Tokens(null), Tokens(null));

    // SplitMix64 of seed 0 starts E220A8397B1DCDAF, 6E789E6AA1B965F4, 06C45D188009454F.
    [Fact]
    public void Draws_the_tokens_that_the_published_generator_gives() =>
        Assert.Equal([0xE2, 0x6E, 0x06], Tokens(0).Take(3));

    [Theory]
    [InlineData(float.NaN, "score of token 1 is NaN")]
    [InlineData(float.PositiveInfinity, "score of token 1 is ")]
    public void Refuses_a_score_that_is_no_number(float score, string message)
    {
        float[] scores = [1, score, 3];

        foreach (var sample in new[] { false, true })
        {
            var problem = Assert.Throws<ArgumentException>(() => new TokenSampler(new() { Sample = sample }).Pick(scores));
            Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Refuses_a_row_without_any_token_left()
    {
        float[] scores = [float.NegativeInfinity, float.NegativeInfinity];

        var problem = Assert.Throws<ArgumentException>(() => new TokenSampler(new()).Pick(scores));

        Assert.Contains("All 2 scores are -∞", problem.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TokenSampler(new()).Pick([]));
    }

    [Fact]
    public void Allocates_nothing_for_a_token()
    {
        var options = new GenerationOptions { Sample = true, Seed = 1, RepetitionPenalty = 1.1, Temperature = 0.8, TopK = 50, TopP = 0.9 };
        var (pipeline, sampler) = (LogitsPipeline.For(options, 2), new TokenSampler(options));
        var (scores, history) = (new float[49_152], new[] { 5, 6, 7 });

        var bytes = EveryProcessor.Allocated(() =>
        {
            for (var i = 0; i < scores.Length; i++) scores[i] = (i * 7919 % 49_152) / 2_000f;
            pipeline.Process(scores, history);
            sampler.Pick(scores);
        });

        Assert.InRange(bytes, 0, EveryProcessor.LessThanAnObjectEach);
    }

    private static int[] Tokens(long? seed)
    {
        var sampler = new TokenSampler(new() { Sample = true, Seed = seed });
        return [.. Enumerable.Range(0, 20).Select(_ => sampler.Pick(new float[256]))];
    }
}
