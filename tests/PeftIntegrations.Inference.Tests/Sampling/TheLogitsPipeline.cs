namespace PeftIntegrations.Inference;

public sealed class TheLogitsPipeline
{
    [Fact]
    public void Is_empty_for_greedy_options()
    {
        var pipeline = LogitsPipeline.For(new() { Temperature = 0, TopK = 5, TopP = 0.5, Sample = true }, 10);

        Assert.Empty(pipeline.Processors);
    }

    [Fact]
    public void Keeps_fifty_tokens_where_a_draw_is_asked_for_and_nothing_else_as_Hugging_Face_does()
    {
        float[] scores = [.. Enumerable.Range(0, 100)];

        LogitsPipeline.For(new() { Sample = true }, 0).Process(scores, []);

        Assert.Equal(50, scores.Count(float.IsFinite));
    }

    [Fact]
    public void Takes_processors_of_ones_own_and_sorts_them()
    {
        var pipeline = new LogitsPipeline([new Doubled(2), new Doubled(1), new Doubled(0)]);

        Assert.Equal([1, 2], pipeline.Processors.Select(processor => processor.Order));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(-1)]
    public void Refuses_a_history_outside_the_vocabulary(int token)
    {
        var problem = Assert.Throws<ArgumentException>(() => LogitsPipeline.For(new(), 0).Process(new float[40], [1, token]));

        Assert.Contains($"Token 1 of the history is {token}, and the vocabulary has 40", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_row_without_scores() => Assert.Throws<ArgumentException>(() => LogitsPipeline.For(new(), 0).Process([], []));

    [Fact]
    public void Refuses_a_prompt_of_negative_length() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LogitsPipeline.For(new(), -1));

    [Fact]
    public void Refuses_a_prompt_that_fills_the_length_limit()
    {
        var problem = Assert.Throws<ArgumentException>(() => LogitsPipeline.For(new() { MaxLength = 20 }, 20));

        Assert.Contains("set MaxNewTokens", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forces_the_end_at_the_last_token_that_the_limit_allows()
    {
        var pipeline = LogitsPipeline.For(new() { MaxNewTokens = 3, ForcedEosTokenIds = [2] }, 2);

        float[] early = [1, 2, 3], last = [1, 2, 3];
        pipeline.Process(early, [0, 0, 1]);
        pipeline.Process(last, [0, 0, 1, 1]);

        Assert.Equal([1, 2, 3], early);
        Assert.Equal([float.NegativeInfinity, float.NegativeInfinity, 0], last);
    }

    [Fact]
    public void Penalises_the_frequency_of_generated_tokens_and_not_of_the_prompt()
    {
        float[] scores = [1, 1, 1];

        LogitsPipeline.For(new() { FrequencyPenalty = 0.5, PresencePenalty = 0.25 }, 2).Process(scores, [0, 0, 1, 1]);

        Assert.Equal([1, -0.25f, 1], scores);
    }

    [Fact]
    public void Forbids_a_second_token_right_after_the_first()
    {
        float[] scores = [1, 1, 1];

        LogitsPipeline.For(new() { BadWordsIds = [[0, 2], [1]], EosTokenIds = [1] }, 0).Process(scores, [0]);

        Assert.Equal([1, 1, float.NegativeInfinity], scores);
    }

    [Fact]
    public void Keeps_a_decaying_score_finite_in_a_long_text()
    {
        float[] scores = [-3, float.NegativeInfinity, 3];

        var pipeline = LogitsPipeline.For(new() { ExponentialDecayLengthPenalty = new(0, 1.5), EosTokenIds = [0, 1] }, 0);

        pipeline.Process(scores, new int[100_000]);

        Assert.True(scores[0] > 1e29f && float.IsFinite(scores[0]));
        Assert.Equal(float.NegativeInfinity, scores[1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Keeps_the_k_best_of_any_row(int k)
    {
        var random = new Random(k);
        for (var round = 0; round < 200; round++)
        {
            float[] scores = [.. Enumerable.Range(0, 65).Select(_ => random.Next(40))];
            var limit = scores.OrderDescending().ElementAt(k - 1);
            float[] expected = [.. scores.Select(score => score < limit ? float.NegativeInfinity : score)];

            LogitsPipeline.For(new() { TopK = k }, 0).Process(scores, []);

            Assert.Equal(expected, scores);
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    public void Keeps_the_nucleus_that_a_full_sort_gives(double p)
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            float[] scores = [.. Enumerable.Range(0, 500).Select(_ => (float)(random.NextDouble() * (1 + (round % 20))))];
            var total = scores.Sum(score => Math.Exp(score));
            var (mass, kept) = (0d, new HashSet<float>());
            foreach (var score in scores.OrderDescending())
            {
                if (mass >= p) break;
                mass += Math.Exp(score) / total;
                kept.Add(score);
            }

            LogitsPipeline.For(new() { TopK = 0, TopP = p }, 0).Process(scores, []);

            Assert.True(kept.SetEquals(scores.Where(float.IsFinite)));
        }
    }

    private sealed class Doubled(int order) : LogitsProcessor
    {
        public override int Order => order;

        public override bool IsActive => order > 0;

        public override void Process(Span<float> scores, ReadOnlySpan<int> history)
        {
            foreach (ref var score in scores) score *= 2;
        }
    }
}
